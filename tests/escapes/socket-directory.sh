# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: a process outside hands in a directory's descriptor (SCM_RIGHTS) at its socket in the home
# closed by: a Landlock domain that resolves no socket whose server is outside
# isolate: socket
# kernel: 7.1

control() { in_session host-ro isolate=ptrace; }
product() { in_session host-ro isolate=socket; }
attempt() {
	"$way" take-directory "$home/twin.sock"
}
