# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: a mount put beneath the root (`MOVE_MOUNT_BENEATH`), then the root unmounted, in a user namespace
# closed by: the kernel: mounts that came from outside are locked together
# isolate: -
# kernel: 6.12

control() { start_sandbox "$jail; cd /mnt; mount --move . /; enter='chroot .'"; }
control_as=root
attempt() {
	try $userns beneath-root
}
