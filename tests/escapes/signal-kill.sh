# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: `kill()` of a process of the same user outside
# closed by: a Landlock domain with the signal scope
# isolate: signal
# kernel: 6.12

control() { in_session host-ro isolate=ptrace; }
product() { in_session host-ro isolate=ptrace+signal; }
attempt() {
	kill -USR1 "$pid"
}
after() { until_true 2 test -e "$home/twin.got" && echo ESCAPED; }
