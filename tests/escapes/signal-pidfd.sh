# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: `pidfd_send_signal()` by a pidfd that a process outside hands in
# closed by: a Landlock domain with the signal scope
# isolate: signal
# kernel: 6.12
# closed in: sftp-only git-shell ephemeral: no socket in the home of the host is reached: there is another home, or a layer over it

control="host-ro isolate=ptrace"
attempt() {
	try take-pidfd "$home/twin.sock"
}
after() { twin_got; }
