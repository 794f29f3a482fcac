# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: the user bind-mounts a directory without what covers it, in a user namespace
# closed by: the kernel: refused where locked mounts lie on it; trees by inclusion have nothing covered
# isolate: -
# kernel: 6.12

control() { start_own_namespace 'mount -t tmpfs cover /var/tmp/escapes'; }
attempt() {
	try $userns bind / var/tmp/escapes/secret
	try $userns bind /var tmp/escapes/secret
	try $userns bind /var/tmp escapes/secret
}
