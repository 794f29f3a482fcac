# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: the system bus, whose services look names up and connect for who asks
# closed by: the tree: the host's `/run` is not in it
# isolate: net=none net=NAME
# kernel: 6.12

attempt() {
	try dbus /run/dbus/system_bus_socket
}
