# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: a packet socket, which hears what passes through the host's loopback, of root's in the session
# closed by: another network namespace; a seccomp filter of `socket()`
# isolate: net=none net=NAME tcp=
# kernel: 6.12

attempt() {
	root_try net-sniff packet
}
