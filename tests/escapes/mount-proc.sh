# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: a second proc without `hidepid`, in a user namespace
# closed by: the kernel: the PID namespace is not the user's
# isolate: -
# kernel: 6.12

control_as=root
control() { start_sandbox true; }
attempt() {
	try $userns proc "$pid"
}
