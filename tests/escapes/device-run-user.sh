# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: the disk's node in `/run/user/UID`
# closed by: nodev on the row
# isolate: -
# kernel: 6.12

control() {
	derived dev 's/nodev,|,nodev//'
	start_session dev isolate=none
}
attempt() {
	# shellcheck disable=SC2086
	root_try leave-device /run/user/$uid/disk $disk
	try device /run/user/$uid/disk
	root_try forget /run/user/$uid/disk
}
