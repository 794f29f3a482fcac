# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: a mount point that is made (`X-mount.mkdir`) through a link of the user's
# closed by: no target is looked up through a link: the session is refused
# isolate: -
# kernel: 6.12

refused='.*/home/alice/link'
control() { swap; who=root; in_sandbox 'mkdir -p /home/alice/link/made'; }
product() {
	swap
	{ cat /usr/share/nstree/host-ro.fstab; echo 'tmpfs %h/link/made tmpfs X-mount.mkdir'; } | tree swap
	in_session swap
}
swap() {
	rm -rf /home/alice/link /usr/share/escapes-data/made
	mkdir -p /usr/share/escapes-data
	ln -s /usr/share/escapes-data /home/alice/link
}
attempt() {
	true
}
after() {
	[ ! -e /usr/share/escapes-data/made ] || echo ESCAPED
	rm -rf "$home/link"
}
