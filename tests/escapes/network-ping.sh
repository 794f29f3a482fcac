# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: messages of ICMP to an address of the host, with what they carry
# closed by: another network namespace, in which the service is not; a seccomp filter of `socket()`
# isolate: net=none net=NAME tcp=
# kernel: 6.12

attempt() {
	try net-ping
}
