# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: the disk's node in `/tmp`
# closed by: nodev on the row
# isolate: -
# kernel: 6.12

control() {
	derived dev 's/nodev,|,nodev//'
	start_session dev isolate=none
}
attempt() {
	# shellcheck disable=SC2086
	root_try leave-device /tmp/disk $disk
	try device /tmp/disk
	root_try forget /tmp/disk
}
