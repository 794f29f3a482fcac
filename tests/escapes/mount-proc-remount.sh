# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: a remount of `/proc` without `hidepid`, in a user namespace
# closed by: the kernel: the filesystem is not the user's
# isolate: -
# kernel: 6.12

arguments=("")
who=root
control() { in_session host-ro isolate=none; }
product() {
	who=alice arguments=("unshare -Urm")
	in_session host-ro
}
attempt() {
	# shellcheck disable=SC2086
	$1 mount -o remount,hidepid=off /proc && echo ESCAPED
}
