# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: a source that the user made a link
# closed by: links are followed only where root alone could have placed them: the session is refused
# isolate: -
# kernel: 6.12

once=1
refused=".*'share' is a symbolic link"
control() {
	swap
	start_sandbox 'mount --bind /home/alice/share /mnt'
}
product() {
	swap
	with_row '%h/share /mnt none bind,X-mount.mkdir'
	start_session fake "$@"
}
# Beneath a directory that is root's alone, so that the user has no other way to it.
swap() {
	install -d -m 0700 /srv/closed
	install -d -m 0755 /srv/closed/escapes
	cp "$secret" /srv/closed/escapes/
	user_link /srv/closed/escapes share
}
attempt() {
	try read /mnt/secret
}
after() { rm -rf "$home/share" /srv/closed; }
