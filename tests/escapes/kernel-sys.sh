# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: writing to `/proc/sys`
# closed by: the kernel: they are the host root's, in a user namespace too
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
	file=/proc/sys/kernel/panic_on_oops
	# shellcheck disable=SC2086
	$1 bash -c "echo $(cat "$file") >$file && echo ESCAPED"
	[ -z "$1" ] || { echo "$(cat "$file")" >"$file" && echo ESCAPED; }
}
