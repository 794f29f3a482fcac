# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: the user moves a mount aside, in a user namespace, to see what it covers
# closed by: the kernel: mounts that came from outside are locked
# isolate: -
# kernel: 6.12

arguments=("")
control() { in_own_namespace 'mount -t tmpfs cover /srv/escapes'; }
product() {
	arguments=("unshare -Urm")
	covered_tree
	in_session covered
}
attempt() {
	# shellcheck disable=SC2086
	$1 bash -c "mkdir -p ~/aside; for d in /srv/escapes /usr/share/escapes-covered; do
		mount --move \$d ~/aside; cat \$d/secret; done"
}
