# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: a message to a socket on disk that a process outside left in reach, in the home
# closed by: a Landlock domain that resolves no socket whose server is outside
# isolate: socket
# kernel: 7.1

control() { in_session host-ro isolate=ptrace; }
product() { in_session host-ro isolate=socket; }
attempt() {
	"$way" send "$home/twin.message"
}
after() { until_true 2 test -e "$home/twin.got" && echo ESCAPED; }
