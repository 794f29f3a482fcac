# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: writing to `/proc/sys`
# closed by: the kernel: they are the host root's, in a user namespace too
# isolate: -
# kernel: 6.12

control_as=root
control() { start_sandbox true; }
attempt() {
	try $userns write /proc/sys/kernel/panic_on_oops 0
	try write /proc/sys/kernel/panic_on_oops 0
}
