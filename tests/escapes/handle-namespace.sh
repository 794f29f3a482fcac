# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: `setns()` to the host's mount namespace by its nsfs handle
# closed by: the kernel: the namespace is not the user's
# isolate: -
# kernel: 6.12
# needs: 6.18

who=root
arguments=("")
control() { roots_session; }
product() {
	who=alice arguments=("unshare -Ur")
	in_session host-ro
}
attempt() {
	"$way" join "$home/host.mnt"
	# shellcheck disable=SC2086
	$1 "$way" join "$home/host.mnt"
}
