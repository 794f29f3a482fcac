# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: `pidfd_send_signal()` by a pidfd that a process outside hands in
# closed by: a Landlock domain with the signal scope
# isolate: signal
# kernel: 6.12

control() { in_session host-ro isolate=ptrace; }
product() { in_session host-ro isolate=ptrace+signal; }
attempt() {
	"$way" take-pidfd "$home/twin.sock"
}
