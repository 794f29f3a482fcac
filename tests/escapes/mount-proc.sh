# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: a second proc without `hidepid`, in a user namespace
# closed by: the kernel: the PID namespace is not the user's
# isolate: -
# kernel: 6.12

arguments=("")
who=root
control() { in_sandbox true; }
product() {
	who=alice arguments=("unshare -Urm")
	in_session host-ro
}
attempt() {
	# shellcheck disable=SC2086
	$1 bash -c "mkdir -p $home/p; mount -t proc -o hidepid=off proc $home/p && [ -e $home/p/$pid ] && echo ESCAPED"
}
