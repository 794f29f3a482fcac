# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: a mount point that is made (`X-mount.mkdir`) through a link of the user's
# closed by: no target is looked up through a link: the session is refused
# isolate: -
# kernel: 6.12

once=1
refused='.*/home/alice/link'
control_as=root
control() {
	swap
	start_sandbox 'mkdir -p /home/alice/link/made'
}
product() {
	swap
	with_row 'tmpfs %h/link/made tmpfs X-mount.mkdir'
	start_session fake "$@"
}
swap() { user_link /usr/share/escapes-data link; }
attempt() {
	true
}
after() {
	[ ! -e /usr/share/escapes-data/made ] || output+=ESCAPED
	rm -rf "$home/link" /usr/share/escapes-data/made
}
