# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: `/proc/PID/mountinfo` of processes outside: the host's mounts
# closed by: the tree: `hidepid=ptraceable` on its proc, and a Landlock domain in which none outside is ptraceable
# isolate: ptrace
# kernel: 6.12

control() {
	derived seen 's/hidepid=ptraceable/hidepid=off/'
	start_session seen
}
attempt() {
	try read "/proc/$pid/mountinfo"
	try read /proc/1/mountinfo
	try read "/proc/$root_pid/mountinfo"
	[[ $output != *" - "* ]] || output+=ESCAPED
}
