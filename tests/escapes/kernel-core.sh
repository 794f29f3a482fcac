# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: core_pattern: a program that the kernel runs on the host
# closed by: the kernel: the file is the host root's, in a user namespace too
# isolate: -
# kernel: 6.12

control_as=root
control() { start_sandbox true; }
attempt() {
	try $userns write /proc/sys/kernel/core_pattern "|$WAYS/handler"
	try core
}
after() {
	echo core >/proc/sys/kernel/core_pattern
	[ ! -e "$WAYS/dumped" ] || output+=ESCAPED
	rm -f "$WAYS/dumped"
}
