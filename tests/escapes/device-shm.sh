# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: the disk's node in `/dev/shm`
# closed by: nodev on the row
# isolate: -
# kernel: 6.12

control() {
	derived dev 's/^proc .*/&\nshm \/dev\/shm tmpfs mode=1777/'
	start_session dev isolate=none
}
attempt() {
	# shellcheck disable=SC2086
	root_try leave-device /dev/shm/disk $disk
	try device /dev/shm/disk
	root_try forget /dev/shm/disk
}
