# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: `F_SETOWN` and `SIGIO`: the kernel sends the signal
# closed by: a Landlock domain with the signal scope
# isolate: signal
# kernel: 6.12

control="host-ro isolate=ptrace"
attempt() {
	try sigio "$pid"
}
after() { twin_got; }
