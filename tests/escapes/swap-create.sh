# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: a source that is made for the user (`x-nstree.create`), through a link of the user's
# closed by: made only where root alone can change the way: the session is refused
# isolate: -
# kernel: 6.12

once=1
refused=".*'link' is a symbolic link"
control_as=root
control() {
	swap
	start_sandbox 'install -d -o alice /home/alice/link/made'
}
product() {
	swap
	with_row '%h/link/made /mnt none bind,x-nstree.create,X-mount.mkdir'
	start_session fake "$@"
}
swap() {
	install -d -m 0700 /srv/closed
	user_link /srv/closed link
}
attempt() {
	true
}
after() {
	[ ! -e /srv/closed/made ] || output+=ESCAPED
	rm -rf "$home/link" /srv/closed
}
