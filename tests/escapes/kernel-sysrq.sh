# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: `/proc/sysrq-trigger`
# closed by: the kernel: the file is the host root's, in a user namespace too
# isolate: -
# kernel: 6.12

control_as=root
control() { start_sandbox true; }
attempt() {
	try $userns write /proc/sysrq-trigger h
}
