# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: `setns()` to the host's network namespace, by `/proc/PID/ns/net`
# closed by: the kernel: needs CAP_SYS_ADMIN there
# isolate: -
# kernel: 6.12

control_as=root
attempt() {
	try net-join proc "$net_pid"
	[ ! "$userns" ] || try net-own net-join proc "$net_pid"
}
