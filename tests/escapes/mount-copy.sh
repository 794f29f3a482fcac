# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: the user takes a copy of a directory without what covers it as a namespace (`OPEN_TREE_NAMESPACE`), in a user namespace
# closed by: the kernel: refused where locked mounts lie on it; trees by inclusion have nothing covered. Linux 7.0 to 7.2.6 do not look: there it is `isolate=userns`
# isolate: -
# kernel: 6.12
# needs: 7.0

control="private-tmp isolate=none" control_as=root
kernel_has 7.2.12 || word=userns
attempt() {
	try $userns copy / var/tmp/escapes/secret
	try $userns copy /var tmp/escapes/secret
	try $userns copy /var/tmp escapes/secret
}
