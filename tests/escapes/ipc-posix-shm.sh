# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: POSIX shared memory of a process outside
# closed by: the tree: a `/dev/shm` of the session's own
# isolate: -
# kernel: 6.12
# by design: private-tmp: the host's own `/dev/shm`

control="private-tmp isolate=none"
attempt() {
	try read /dev/shm/escape
}
