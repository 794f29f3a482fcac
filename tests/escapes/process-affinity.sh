# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: `sched_setaffinity()`: the CPUs of a process of the same user outside
# closed by: a PID namespace: it has no number inside
# isolate: pid
# kernel: 6.18

control="host-ro isolate=ptrace+signal"
attempt() {
	try affinity "$pid"
}
