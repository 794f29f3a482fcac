# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: a source that is made for the user (`x-nstree.create`), through a link of the user's
# closed by: made only where root alone can change the way: the session is refused
# isolate: -
# kernel: 6.12

refused=".*'link' is a symbolic link"
control() { swap; who=root; in_sandbox 'install -d -o alice /home/alice/link/made'; }
product() {
	swap
	{ cat /usr/share/nstree/host-ro.fstab; echo '%h/link/made /mnt none bind,x-nstree.create,X-mount.mkdir'; } | tree swap
	in_session swap
}
swap() {
	rm -rf /home/alice/link /srv/closed
	install -d -m 0700 /srv/closed
	ln -s /srv/closed /home/alice/link
}
attempt() {
	true
}
after() {
	[ ! -e /srv/closed/made ] || echo ESCAPED
	rm -rf "$home/link"
}
