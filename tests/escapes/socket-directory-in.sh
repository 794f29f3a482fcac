# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: a process outside connects to the session's socket in the home, and hands in a directory's descriptor (SCM_RIGHTS)
# closed by: a Landlock domain in which files outside of the tree are not opened, by whatever descriptor
# isolate: socket
# kernel: 7.1

control() { in_session host-ro isolate=ptrace; }
product() { in_session host-ro isolate=socket; }
attempt() {
	"$way" await-directory "$home/twin.in.sock"
}
