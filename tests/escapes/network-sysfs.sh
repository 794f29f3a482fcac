# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: the host's interfaces, in `/sys/class/net`
# closed by: a sysfs of the session's own network
# isolate: net=none net=NAME
# kernel: 6.12

attempt() {
	try read /sys/class/net/escape0/address
	[[ $output != *:*:*:*:*:* ]] || output+=ESCAPED
}
