# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: the root, and a copy of it, detached (`MNT_DETACH`) while a descriptor of it is kept, in a user namespace
# closed by: the kernel: locked mounts stay where they are when what they lie on is detached
# isolate: -
# kernel: 6.12

control() { start_own_namespace 'mount -t tmpfs cover /var/tmp/escapes'; }
attempt() {
	try $userns unmount-kept
}
