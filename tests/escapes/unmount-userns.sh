# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: the user unmounts every row, and the root, in a user namespace
# closed by: the kernel: mounts that came from outside are locked together
# isolate: -
# kernel: 6.12

arguments=("")
control() {
	in_own_namespace 'mount -t tmpfs cover /srv/escapes'
}
product() {
	arguments=("unshare -Urm")
	in_session host-ro
}
attempt() {
	# shellcheck disable=SC2086
	$1 "$way" unmount-all
	# shellcheck disable=SC2086
	$1 "$way" unmount-root
}
