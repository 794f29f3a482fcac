# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: the user makes the node, in a user namespace
# closed by: the kernel: mknod(2) wants the host's CAP_MKNOD
# isolate: -
# kernel: 6.12

control_as=root
control() { start_sandbox true; }
attempt() {
	local place
	for place in "$home" /tmp /dev; do
		# shellcheck disable=SC2086
		try $userns make-device "$place/own-disk" $disk
	done
}
