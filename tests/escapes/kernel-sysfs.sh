# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: writing to `/sys`
# closed by: the tree: no row has it; where it is, the files are the host root's, in a user namespace too
# isolate: -
# kernel: 6.12

control_as=root
control() { start_sandbox true; }
attempt() {
	try $userns write /sys/module/printk/parameters/time Y
}
