# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: a new user namespace by `clone()`: all of the kernel's mount code in reach
# closed by: seccomp
# isolate: userns
# kernel: 6.12

control="host-ro isolate=ptrace"
attempt() {
	try newuser clone
}
