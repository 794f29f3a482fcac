# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: the user copies a directory without what covers it (`OPEN_TREE_CLONE`), in a user namespace
# closed by: the kernel: refused where locked mounts lie on it; trees by inclusion have nothing covered
# isolate: -
# kernel: 6.12

arguments=("")
control() { in_own_namespace 'mount -t tmpfs cover /usr/share/escapes-covered'; }
product() {
	arguments=("unshare -Urm")
	covered_tree
	in_session covered
}
attempt() {
	# shellcheck disable=SC2086
	$1 "$way" clone /usr/share escapes-covered/secret
}
