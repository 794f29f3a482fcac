# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: a process that stays when the user logs out
# closed by: a PID namespace, which ends with the session
# isolate: pid
# kernel: 6.18

control() { in_session host-ro isolate=ptrace; }
product() { in_session host-ro isolate=pid; }
attempt() {
	rm -f "$home/left"
	setsid bash -c "until [ -e $home/logout ]; do sleep 0.1; done; echo ESCAPED >$home/left" >/dev/null 2>&1 &
}
after() {
	touch "$home/logout"
	until_true 3 test -e "$home/left"
	cat "$home/left"
	rm -f "$home"/{logout,left}
}
