# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: `kill(-1)`: a signal to all processes of the user
# closed by: a Landlock domain with the signal scope
# isolate: signal
# kernel: 6.12

control="host-ro isolate=ptrace"
attempt() { try kill-all; }
after() { twin_got; }
