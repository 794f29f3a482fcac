# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: a set-uid copy in the home
# closed by: nosuid on the row
# isolate: -
# kernel: 6.12
# by design: private-tmp hpc (nnp): what root puts in a home works there as on the host

control() {
	derived suid 's/nosuid,//'
	start_session suid isolate=none
}
attempt() {
	root_try leave-setuid /home/alice/root-way
	try exec /home/alice/root-way privilege
	root_try forget /home/alice/root-way
}
