# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: the host's connections and servers, in `/proc/net/tcp`
# closed by: another network namespace
# isolate: net=none net=NAME
# kernel: 6.12

attempt() {
	try read /proc/net/tcp
	[[ $output != *:0FA1\ * ]] || output+=ESCAPED
}
