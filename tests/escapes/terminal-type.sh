# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: `TIOCSTI`: typing into the terminal of who ran su(1)
# closed by: the kernel: dev.tty.legacy_tiocsti=0, the default
# isolate: -
# kernel: 6.12

control() {
	sysctl -q dev.tty.legacy_tiocsti=1
	start_session host-ro
}
after() { [ "$tree" != control ] || sysctl -q dev.tty.legacy_tiocsti=0; }
attempt() {
	try type
}
