# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: `ssh -R`: sshd listens for who is logged in, and the host connects
# closed by: sshd listens within the session: another network namespace; a Landlock domain with other ports
# isolate: net=none net=NAME tcp=
# kernel: 6.12

attempt() {
	output+=$(timeout 10 socat -u TCP4:127.0.0.1:4020 - 2>&1)
}
