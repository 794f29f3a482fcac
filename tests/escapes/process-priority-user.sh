# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: `setpriority(PRIO_USER)`: the nice value of all processes of the user
# closed by: a PID namespace: only those in it are meant
# isolate: pid
# kernel: 6.18

control="host-ro isolate=ptrace+signal"
attempt() { try user-priority; }
after() { host_try has-priority "$pid"; }
