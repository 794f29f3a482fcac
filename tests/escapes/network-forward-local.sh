# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: `ssh -W`: sshd connects for who is logged in
# closed by: sshd forwards from within the session: another network namespace; a Landlock domain with other ports
# isolate: net=none net=NAME tcp=
# kernel: 6.12

attempt() {
	output+=$(ssh "${ssh_options[@]}" -W 127.0.0.1:4001 alice@127.0.0.1 2>&1)
}
