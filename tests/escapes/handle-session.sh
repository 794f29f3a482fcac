# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: `setns()` to the mount namespace of another session of the user's by its nsfs handle
# closed by: the kernel: the namespace is root's
# isolate: -
# kernel: 6.12
# needs: 6.18

control_as=root
attempt() {
	try join "$other_handle"
	try $userns join "$other_handle"
}
