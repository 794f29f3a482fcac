# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: `F_SETOWN` and `SIGIO`: the kernel sends the signal
# closed by: a Landlock domain with the signal scope
# isolate: signal
# kernel: 6.12

control() { in_session host-ro isolate=ptrace; }
product() { in_session host-ro isolate=ptrace+signal; }
attempt() {
	"$way" sigio "$pid"
}
after() { until_true 2 test -e "$home/twin.got" && echo ESCAPED; }
