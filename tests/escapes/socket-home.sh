# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: a socket on disk that a process outside left in reach, in the home
# closed by: a Landlock domain that resolves no socket whose server is outside
# isolate: socket
# kernel: 7.1
# closed in: sftp-only git-shell ephemeral: no socket in the home of the host is reached: there is another home, or a layer over it

control="host-ro isolate=ptrace"
attempt() {
	try connect "$home/twin.sock"
}
