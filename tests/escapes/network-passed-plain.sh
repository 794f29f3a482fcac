# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: a socket of the host's network that a process outside hands in, not connected yet
# closed by: not closed by another network: the socket is the host's. `tcp=` closes it: a Landlock domain with other ports
# isolate: tcp=
# kernel: 6.12

attempt() {
	try net-passed plain "$home/net.sock"
}
