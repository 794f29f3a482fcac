# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: a program with file capabilities in the home
# closed by: nosuid on the row
# isolate: -
# kernel: 6.12

control() { derived suid 's/nosuid,//'; in_session suid isolate=none; }
attempt() {
	outside
	"$home/capable-way" read "$home/roots"
}
during() {
	install -m 0600 "$secret" "$home/roots"
	install -m 0755 "$way" "$home/capable-way"
	setcap cap_dac_override+ep "$home/capable-way"
}
after() { rm -f "$home"/{roots,capable-way}; }
