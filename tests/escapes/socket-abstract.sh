# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: an abstract socket of a process outside
# closed by: a Landlock domain with the scope of abstract sockets
# isolate: ptrace
# kernel: 6.12

attempt() {
	try connect @escape
}
