# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: the file of a POSIX message queue outside, in `/dev/mqueue`
# closed by: the tree: no row has it. A row `mqueue /dev/mqueue mqueue` shows the session's own
# isolate: -
# kernel: 6.12
# by design: private-tmp hpc: the host's own `/dev`, also with `isolate=ipc`

control="private-tmp isolate=ptrace"
attempt() {
	try mq-file
}
