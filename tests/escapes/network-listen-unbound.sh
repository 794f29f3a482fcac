# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: a server at a port that the kernel chooses: `listen()` without `bind()`
# closed by: another network namespace. With `tcp=` no kernel closes it so far: nstree.conf(5) says so
# isolate: net=none net=NAME
# kernel: 6.12

attempt() {
	try net-listen "$home/net.port"
}
