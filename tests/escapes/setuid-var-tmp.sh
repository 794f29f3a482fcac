# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: a set-uid copy in `/var/tmp`
# closed by: nosuid on the row
# isolate: -
# kernel: 6.12

control() {
	derived suid 's/nosuid,//'
	start_session suid isolate=none
}
attempt() {
	root_try leave-setuid /var/tmp/root-way
	try exec /var/tmp/root-way privilege
	root_try forget /var/tmp/root-way
}
