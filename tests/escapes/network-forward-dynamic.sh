# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: `ssh -D`: the same for any address, by SOCKS
# closed by: sshd forwards from within the session: another network namespace; a Landlock domain with other ports
# isolate: net=none net=NAME tcp=
# kernel: 6.12

attempt() {
	output+=$(timeout 10 socat - SOCKS4:127.0.0.1:127.0.0.1:4001,socksport=4021 2>&1)
}
