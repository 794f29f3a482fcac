# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: `setns()` to the host's mount namespace by its nsfs handle
# closed by: the kernel: the namespace is not the user's
# isolate: -
# kernel: 6.12
# needs: 6.18

control_as=root
attempt() {
	try join "$host_handle"
	try $userns join "$host_handle"
}
