# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: the disk's node in `/dev/shm`
# closed by: nodev on the row
# isolate: -
# kernel: 6.12

control() { derived dev 's/^proc .*/&\nshm \/dev\/shm tmpfs mode=1777/'; in_session dev isolate=none; }
attempt() {
	outside
	[ "$(head -c 512 "/dev/shm/disk" | wc -c)" = 512 ] && echo ESCAPED
}
during() { in_tree mknod -m 0666 "/dev/shm/disk" $disk; }
after() { rm -f "$home/disk"; }
