# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: the system bus, and systemd and logind behind it
# closed by: the tree: no row has `/run/dbus`
# isolate: -
# kernel: 6.12

control() { in_session private-tmp isolate=none; }
attempt() {
	busctl call org.freedesktop.systemd1 /org/freedesktop/systemd1 org.freedesktop.systemd1.Manager \
		GetUnit s dbus.service && echo ESCAPED
}
