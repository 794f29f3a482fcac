# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: a set-uid copy in `/run/user/UID`
# closed by: nosuid on the row
# isolate: -
# kernel: 6.12

control() {
	derived suid 's/nosuid,//'
	start_session suid isolate=none
}
attempt() {
	root_try leave-setuid /run/user/$uid/root-way
	try exec /run/user/$uid/root-way privilege
	root_try forget /run/user/$uid/root-way
}
