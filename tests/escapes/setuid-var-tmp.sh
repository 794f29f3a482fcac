# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: a set-uid copy in `/var/tmp`
# closed by: nosuid on the row
# isolate: -
# kernel: 6.12

control() { derived suid 's/nosuid,//'; in_session suid isolate=none; }
attempt() {
	outside
	"/var/tmp/root-way" privilege
}
during() { in_tree install -o root -m 4755 "$way" "/var/tmp/root-way"; }
after() { rm -f "$home/root-way"; }
