# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: a server of the session's at a port of the host's loopback
# closed by: another network namespace; a Landlock domain with other ports
# isolate: net=none net=NAME tcp=
# kernel: 6.12

attempt() {
	try net-listen
}
