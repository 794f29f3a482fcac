# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: `systemd --user` outside, which starts units for who connects to its socket
# closed by: the tree: a `/run/user/UID` of the session's own
# isolate: -
# kernel: 6.12
# by design: private-tmp hpc (socket): the host's own `/run`

control="private-tmp isolate=none"
attempt() {
	try dbus "/run/user/$uid/systemd/private"
}
