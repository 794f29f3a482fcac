# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: a POSIX message queue of a process of the same user outside
# closed by: an IPC namespace
# isolate: ipc
# kernel: 6.12

control() { in_session host-ro isolate=ptrace; }
product() { in_session host-ro isolate=ipc; }
attempt() {
	"$way" mq
}
