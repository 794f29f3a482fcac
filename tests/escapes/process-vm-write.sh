# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: `process_vm_writev()` to the memory of a process of the same user outside
# closed by: a Landlock domain, which none may trace out of
# isolate: ptrace
# kernel: 6.12

attempt() {
	try vm-write "$pid" "$address"
}
