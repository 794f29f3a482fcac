# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: `..` from a working directory above the root
# closed by: a mount namespace whose root is the tree: nothing is above
# isolate: -
# kernel: 6.12

helper=(-D . -C /mnt)
control() { start_sandbox "$jail; cd /var"; }
attempt() {
	try up
}
