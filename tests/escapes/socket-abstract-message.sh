# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: a message to an abstract socket outside
# closed by: a Landlock domain with the scope of abstract sockets
# isolate: ptrace
# kernel: 6.12

attempt() {
	try send @escape-message
}
after() { twin_got; }
