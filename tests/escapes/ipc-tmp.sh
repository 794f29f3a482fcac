# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: a file in the host's `/tmp`, and the races that live there
# closed by: the tree: a `/tmp` of the session's own
# isolate: -
# kernel: 6.12

control() { start_sandbox true; }
attempt() {
	try read /tmp/escape
}
