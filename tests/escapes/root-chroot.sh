# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: chroot(2) deeper, with the working directory left above, then `..` (in a user namespace, for the right to)
# closed by: a mount namespace whose root is the tree: the way ends there
# isolate: -
# kernel: 6.12

helper=(-C /mnt)
control_as=root
control() { start_sandbox "$jail; cd /mnt"; }
attempt() {
	try $userns chroot
}
