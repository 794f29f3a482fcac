# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: the host's connections and servers, by `NETLINK_SOCK_DIAG`
# closed by: another network namespace; a seccomp filter of `socket()`
# isolate: net=none net=NAME tcp=
# kernel: 6.12

attempt() {
	try socket-diag 4001
}
