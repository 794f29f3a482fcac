# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: the user makes the node, in a user namespace
# closed by: the kernel: mknod(2) wants the host's CAP_MKNOD
# isolate: -
# kernel: 6.12

who=root
arguments=("")
control() { in_sandbox true; }
product() {
	who=alice arguments=("unshare -Ur")
	in_session host-ro
}
attempt() {
	rm -f "$home/disk"
	# shellcheck disable=SC2086
	$1 mknod "$home/disk" $(cat "$home/disk.numbers") && [ "$(head -c 512 "$home/disk" | wc -c)" = 512 ] && echo ESCAPED
}
after() { rm -f "$home/disk"; }
