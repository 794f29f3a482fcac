# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: writing to `/sys`
# closed by: the tree: no row has it
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
	file=/sys/module/printk/parameters/time
	# shellcheck disable=SC2086
	$1 bash -c "echo $(cat "$file") >$file && echo ESCAPED"
}
