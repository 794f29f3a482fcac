# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: a `/etc/ld.so.preload` of the user's: code in every program of root's
# closed by: the session is refused: what root's code reads must be root's alone
# isolate: -
# kernel: 6.12
# needs: gcc

refused='.*preload'
control() { who=root; fake_library; in_sandbox 'mount -t overlay -o lowerdir=/etc,upperdir=/srv/upper,workdir=/srv/work etc /etc && cp /home/alice/preload /etc/ld.so.preload'; }
product() {
	fake_library
	{ cat /usr/share/nstree/host-ro.fstab; echo '%h/preload /etc/ld.so.preload none bind,X-mount.mkdir'; } | tree fake
	in_session fake
	# Nothing was made on the host on the way to the refusal.
	[ ! -e /etc/ld.so.preload ] || { rm -f /etc/ld.so.preload; echo ESCAPED; }
}
attempt() {
	/usr/bin/true
}
