# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: `fchdir()` to a descriptor that leads out of the root, then `..`
# closed by: a mount namespace whose root is the tree: nothing is above; the session's descriptors are of its own tree
# isolate: -
# kernel: 6.12

helper=(-l -C /mnt)
control() { start_sandbox "$jail; exec 9</var"; }
attempt() {
	try fchdir
}
