# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: root in the session unmounts the root, and what shows then, and so on
# closed by: the tree is the whole of its namespace: nothing of the host lies beneath
# isolate: -
# kernel: 6.12

control() { start_sandbox "$jail; cd /mnt; mount --move . /; enter='chroot .'"; }
attempt() {
	root_try own-mounts unmount-root
}
