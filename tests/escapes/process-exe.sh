# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: `/proc/PID/exe`: the program of a process of the same user outside, which is not in the tree
# closed by: a Landlock domain, which none may trace out of
# isolate: ptrace
# kernel: 6.12

attempt() {
	try exec "/proc/$pid/exe" say
}
