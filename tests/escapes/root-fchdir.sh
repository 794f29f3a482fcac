# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: `fchdir()` to a descriptor that leads out of the root, then `..`
# closed by: a mount namespace whose root is the tree: nothing is above; the session's descriptors are of its own tree
# isolate: -
# kernel: 6.12

helper=(-l -C /mnt)
control() { in_sandbox "$jail; exec 9</srv" ; }
product() {
	helper=()
	in_session host-ro
}
attempt() {
	[ -e /proc/self/fd/9 ] || exec 9</
	"$way" fchdir 9
}
