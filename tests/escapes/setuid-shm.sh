# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: a set-uid copy in `/dev/shm`
# closed by: nosuid on the row
# isolate: -
# kernel: 6.12

control() {
	derived suid 's/^proc .*/&\nshm \/dev\/shm tmpfs mode=1777/'
	start_session suid isolate=none
}
attempt() {
	root_try leave-setuid /dev/shm/root-way
	try exec /dev/shm/root-way privilege
	root_try forget /dev/shm/root-way
}
