# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: a process outside connects to an abstract socket of the session's, and hands in a directory's descriptor (SCM_RIGHTS)
# closed by: a Landlock domain in which files outside of the tree are not opened, by whatever descriptor
# isolate: socket
# kernel: 7.1
# by design: private-tmp hpc: what is beneath the root may be opened, and the root is the host's, with what is covered

control="host-ro isolate=ptrace"
attempt() {
	try await-directory @escape-in
}
