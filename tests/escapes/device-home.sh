# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: the disk's node in the home
# closed by: nodev on the row
# isolate: -
# kernel: 6.12
# by design: private-tmp hpc: what root puts in a home works there as on the host

control() {
	derived dev 's/nodev,|,nodev//'
	start_session dev isolate=none
}
attempt() {
	# shellcheck disable=SC2086
	root_try leave-device /home/alice/disk $disk
	try device /home/alice/disk
	root_try forget /home/alice/disk
}
