# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: a source that the user made a link
# closed by: links are followed only where root alone could have placed them: the session is refused
# isolate: -
# kernel: 6.12

refused=".*'share' is a symbolic link"
control() { swap; who=root; in_sandbox 'mount --bind /home/alice/share /mnt'; }
product() {
	swap
	{ cat /usr/share/nstree/host-ro.fstab; echo '%h/share /mnt none bind,X-mount.mkdir'; } | tree swap
	in_session swap
}
# Beneath a directory that is root's alone, so that the user has no other way to it.
swap() {
	rm -rf /home/alice/share
	install -d -m 0700 /srv/closed
	install -d -m 0755 /srv/closed/escapes
	cp "$secret" /srv/closed/escapes/
	ln -s /srv/closed/escapes /home/alice/share
}
attempt() {
	cat /mnt/secret
}
after() { rm -rf "$home/share"; }
