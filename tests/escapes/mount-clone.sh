# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: the user copies a directory without what covers it (`OPEN_TREE_CLONE`), in a user namespace
# closed by: the kernel: refused where locked mounts lie on it; trees by inclusion have nothing covered
# isolate: -
# kernel: 6.12

control() { start_own_namespace 'mount -t tmpfs cover /var/tmp/escapes'; }
attempt() {
	try $userns clone / var/tmp/escapes/secret
	try $userns clone /var tmp/escapes/secret
	try $userns clone /var/tmp escapes/secret
}
