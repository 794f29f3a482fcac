# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: `/proc/PID/fd`: a directory that a process of the same user outside has open
# closed by: a Landlock domain, which none may trace out of
# isolate: ptrace
# kernel: 6.12

attempt() {
	try read "/proc/$pid/fd/9/secret"
}
