# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: a POSIX message queue of a process of the same user outside
# closed by: an IPC namespace
# isolate: ipc
# kernel: 6.12

control="host-ro isolate=ptrace"
attempt() {
	try mq
}
