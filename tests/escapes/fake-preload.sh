# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: a `/etc/ld.so.preload` of the user's: code in every program of root's
# closed by: the session is refused: what root's code reads must be root's alone
# isolate: -
# kernel: 6.12
# needs: gcc

once=1
refused='.*preload'
control_as=root
control() {
	fake_library
	start_sandbox 'mount -t overlay -o lowerdir=/etc,upperdir=/srv/upper,workdir=/srv/work etc /etc && cp /home/alice/preload /etc/ld.so.preload'
}
product() {
	fake_library
	with_row '%h/preload /etc/ld.so.preload none bind,X-mount.mkdir'
	start_session fake "$@"
}
attempt() {
	try exec /usr/bin/true
}
# Nothing was made on the host on the way to the refusal.
after() {
	[ ! -e /etc/ld.so.preload ] || { rm -f /etc/ld.so.preload; output+=ESCAPED; }
}
