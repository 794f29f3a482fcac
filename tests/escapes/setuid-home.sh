# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: a set-uid copy in the home
# closed by: nosuid on the row
# isolate: -
# kernel: 6.12

control() { derived suid 's/nosuid,//'; in_session suid isolate=none; }
attempt() {
	outside
	"/home/alice/root-way" privilege
}
during() { in_tree install -o root -m 4755 "$way" "/home/alice/root-way"; }
after() { rm -f "$home/root-way"; }
