# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: a process outside connects to the session's socket in the home, and hands in a directory's descriptor (SCM_RIGHTS)
# closed by: a Landlock domain in which files outside of the tree are not opened, by whatever descriptor
# isolate: socket
# kernel: 7.1
# by design: private-tmp hpc: what is beneath the root may be opened, and the root is the host's, with what is covered
# closed in: sftp-only git-shell ephemeral: no socket in the home of the host is reached: there is another home, or a layer over it

control="host-ro isolate=ptrace"
attempt() {
	try await-directory "$home/twin.in.sock"
}
