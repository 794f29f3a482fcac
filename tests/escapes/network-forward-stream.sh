# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: `ssh -L` to a socket in a file, in the home: sshd connects to it
# closed by: not closed: sockets in files are the tree's. `isolate=socket` closes it
# isolate: -
# kernel: 6.12

attempt() {
	output+=$(timeout 10 socat -u "UNIX:$SCRATCH/stream" - 2>&1)
}
