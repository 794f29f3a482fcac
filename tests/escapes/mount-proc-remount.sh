# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: a remount of `/proc` without `hidepid`, in a user namespace
# closed by: the kernel: the filesystem is not the user's
# isolate: -
# kernel: 6.12

control_as=root
attempt() {
	try $userns proc-remount
}
