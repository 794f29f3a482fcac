# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: the names of all sockets of the host, in `/proc/net/unix` and by `NETLINK_SOCK_DIAG`
# closed by: not closed: they are the network namespace's, which is the host's. Names are seen, and nothing is reached by one. With `net=none` in the rule they are the session's own
# isolate: -
# kernel: 6.12

attempt() {
	try read /proc/net/unix
	[[ $output != *escape-message* ]] || output+=ESCAPED
	try socket-list
}
mended() { start_session host-ro net=none; }
