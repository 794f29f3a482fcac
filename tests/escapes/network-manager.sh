# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: the sockets in `/run/user/UID`: systemd --user outside starts programs in the host's network
# closed by: the tree: the host's `/run` is not in it
# isolate: net=none net=NAME
# kernel: 6.12

attempt() {
	try connect "/run/user/$uid/escape.sock"
}
