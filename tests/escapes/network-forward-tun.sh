# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: `ssh -w`: sshd attaches itself to an interface of the host's that root made for the user
# closed by: another network namespace
# isolate: net=none net=NAME
# kernel: 6.12
# needs: tun

attempt() {
	[ "$(cat /sys/class/net/tun7/carrier)" != 1 ] || output+=ESCAPED
}
