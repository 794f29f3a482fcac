# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: `PIDFD_GET_MNT_NAMESPACE`, without `/proc`: the mount namespace of a process of the same user outside that is in a user namespace of the user's own
# closed by: a Landlock domain, which none may trace out of
# isolate: ptrace
# kernel: 6.12

attempt() {
	try namespace "$ns_pid"
}
