# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: `setns()` to the host's network namespace, by the pidfd of a process of the same user outside
# closed by: the kernel: needs CAP_SYS_ADMIN there
# isolate: -
# kernel: 6.12

control_as=root
attempt() {
	try net-join pidfd "$net_pid"
	[ ! "$userns" ] || try net-own net-join pidfd "$net_pid"
}
