# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: the host's mount table by `listmount()`, with the id of its namespace
# closed by: the kernel: needs CAP_SYS_ADMIN where the namespace was made
# isolate: -
# kernel: 6.12

control_as=root
attempt() {
	try listmount "$host_id"
	try $userns listmount "$host_id"
}
