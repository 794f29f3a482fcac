# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: a connection that a process outside hands in (SCM_RIGHTS)
# closed by: not closed: it is open already. See to it that no process of the user's is left outside
# isolate: -
# kernel: 6.12

attempt() {
	try net-passed connected "$home/net.sock"
}
