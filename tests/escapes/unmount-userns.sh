# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: the user unmounts every row, and the root, in a user namespace
# closed by: the kernel: mounts that came from outside are locked together
# isolate: -
# kernel: 6.12

control() { start_own_namespace 'mount -t tmpfs cover /var/tmp/escapes'; }
attempt() {
	try $userns unmount-all
	try $userns unmount-root
}
