# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: `kill()` of a process of the same user outside
# closed by: a Landlock domain with the signal scope
# isolate: signal
# kernel: 6.12

control="host-ro isolate=ptrace"
attempt() {
	try kill "$pid"
}
after() { twin_got; }
