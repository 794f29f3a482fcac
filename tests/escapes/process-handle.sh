# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: the pidfd of a process of the same user outside by a file handle, which needs no process id, then `pidfd_getfd()`
# closed by: a Landlock domain, which none may trace out of
# isolate: ptrace
# kernel: 6.12
# needs: 6.18

attempt() {
	try pidfs "$process_handle"
}
