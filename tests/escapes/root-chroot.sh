# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: chroot(2) deeper, with the working directory left above, then `..` (in a user namespace, for the right to)
# closed by: a mount namespace whose root is the tree: the way ends there
# isolate: -
# kernel: 6.12

helper=(-r -C /mnt)
arguments=("")
control() { in_sandbox "$jail; cd /mnt"; }
product() {
	helper=()
	arguments=("unshare -Ur")
	in_session host-ro
}
attempt() {
	# shellcheck disable=SC2086
	$1 "$way" chroot "$home/deeper"
}
