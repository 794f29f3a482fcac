# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: a process that stays when the user logs out
# closed by: a PID namespace, which ends with the session
# isolate: pid
# kernel: 6.18

control="host-ro isolate=ptrace"
attempt() { try leave escape-left; }
afterwards() {
	[[ $words != *pid* ]] || until_true 5 escapes_none_left
	escapes_none_left || output+=ESCAPED
	pkill -x escape-left
}
escapes_none_left() { ! pgrep -x escape-left >/dev/null; }
