# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: the same of the user's, also in a user and a network namespace
# closed by: the kernel: needs CAP_NET_RAW there
# isolate: -
# kernel: 6.12

control_as=root
attempt() {
	try net-sniff raw
	[ ! "$userns" ] || try net-own net-sniff raw
}
