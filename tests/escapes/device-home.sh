# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: the disk's node in the home
# closed by: nodev on the row
# isolate: -
# kernel: 6.12

control() { derived dev 's/nodev,|,nodev//'; in_session dev isolate=none; }
attempt() {
	outside
	[ "$(head -c 512 "/home/alice/disk" | wc -c)" = 512 ] && echo ESCAPED
}
during() { in_tree mknod -m 0666 "/home/alice/disk" $disk; }
after() { rm -f "$home/disk"; }
