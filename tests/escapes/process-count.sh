# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: `kill(PID, 0)`: whether there is a process of that number, whoever's, in spite of `hidepid`
# closed by: a PID namespace: it has no number inside
# isolate: pid
# kernel: 6.18

control="host-ro isolate=ptrace+signal"
attempt() {
	try exists "$root_pid"
}
