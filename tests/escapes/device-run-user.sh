# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: the disk's node in `/run/user/UID`
# closed by: nodev on the row
# isolate: -
# kernel: 6.12

control() { derived dev 's/nodev,|,nodev//'; in_session dev isolate=none; }
attempt() {
	outside
	[ "$(head -c 512 "/run/user/$(id -u alice)/disk" | wc -c)" = 512 ] && echo ESCAPED
}
during() { in_tree mknod -m 0666 "/run/user/$(id -u alice)/disk" $disk; }
after() { rm -f "$home/disk"; }
