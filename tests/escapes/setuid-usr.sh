# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: a set-uid program of the host's in `/usr`
# closed by: nosuid on the row, as the shipped trees have it
# isolate: -
# kernel: 6.12

control() { derived suid 's/nosuid,//'; in_session suid; }
attempt() {
	/usr/local/lib/escapes/root-way privilege
}
