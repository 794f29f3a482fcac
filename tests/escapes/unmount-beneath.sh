# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: a mount put beneath each row (`MOVE_MOUNT_BENEATH`), then the rows unmounted, in a user namespace
# closed by: the kernel: mounts that came from outside are locked together
# isolate: -
# kernel: 6.12

control() { start_own_namespace 'mount -t tmpfs cover /var/tmp/escapes'; }
attempt() {
	try $userns beneath
}
