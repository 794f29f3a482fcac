# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: `/proc/sysrq-trigger`
# closed by: the kernel: the file is the host root's, in a user namespace too
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
	$1 bash -c "echo h >/proc/sysrq-trigger && echo ESCAPED"
}
