# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: the records of sessions in the host's `/run/nstree`, in a tree that shows it
# closed by: root's own directory, mode 0700
# isolate: -
# kernel: 6.12

control="private-tmp isolate=none" control_as=root
attempt() {
	try records
}
