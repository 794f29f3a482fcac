# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: `/proc/PID/mem`: the memory of a process of the same user outside
# closed by: a Landlock domain, which none may trace out of
# isolate: ptrace
# kernel: 6.12

attempt() {
	try mem "$pid" "$address"
}
