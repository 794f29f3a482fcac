# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: from the session's mount namespace to those beside it (`NS_MNT_GET_NEXT`), one of them in a user namespace of the user's own outside
# closed by: no `setns()` to user namespaces (seccomp). Without the word: the kernel, seen on 6.12.117, 7.0 and 7.3; it is open on 6.18.15
# isolate: userns
# kernel: 6.12

control_as=root
attempt() {
	try neighbours
	try userns neighbours
}
