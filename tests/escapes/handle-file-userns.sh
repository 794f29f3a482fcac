# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: `open_by_handle_at()` with a handle of a host's file, in a user namespace
# closed by: the kernel: the filesystem is not the user's
# isolate: -
# kernel: 6.12

who=root
arguments=("")
control() { in_sandbox 'mount -t tmpfs cover /srv/escapes'; }
product() {
	who=alice arguments=("unshare -Urm")
	in_session host-ro
}
attempt() {
	for row in "$home" /usr /etc /var/tmp; do
		# shellcheck disable=SC2086
		$1 "$way" open-handle "$home/secret.handle" "$row"
	done
}
