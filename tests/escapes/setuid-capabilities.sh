# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: a program with file capabilities in the home
# closed by: nosuid on the row
# isolate: -
# kernel: 6.12
# by design: private-tmp hpc (nnp): what root puts in a home works there as on the host

control() {
	derived suid 's/nosuid,//'
	start_session suid isolate=none
}
attempt() {
	root_try leave-capable "$home/capable-way"
	try exec "$home/capable-way" privilege
	root_try forget "$home/capable-way"
}
