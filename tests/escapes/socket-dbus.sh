# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: the system bus, and systemd and logind behind it
# closed by: the tree: no row has `/run/dbus`
# isolate: -
# kernel: 6.12
# by design: private-tmp hpc (socket): the host's own `/run`

control="private-tmp isolate=none"
attempt() {
	try dbus /run/dbus/system_bus_socket
}
