# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: the user takes a copy of a directory without what covers it as a namespace (`OPEN_TREE_NAMESPACE`), in a user namespace
# closed by: the kernel: refused where locked mounts lie on it; trees by inclusion have nothing covered. Linux 7.0 to 7.2.6 do not look: there it is `isolate=userns`
# isolate: -
# kernel: 6.12
# needs: 7.0

who=root
arguments=("")
control() {
	covered_tree
	in_session covered isolate=none
}
product() {
	who=alice arguments=("unshare -Ur")
	covered_tree
	if kernel_has 7.2.12; then
		in_session covered
	else
		in_session covered isolate=userns
	fi
}
attempt() {
	# shellcheck disable=SC2086
	$1 "$way" copy /usr/share escapes-covered/secret
	unshare -Urm "$way" copy /usr/share escapes-covered/secret
}
