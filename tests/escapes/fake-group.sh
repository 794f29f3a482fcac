# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: an `/etc` that a group of the user's may write to
# closed by: the session is refused: what root's code reads must be root's alone
# isolate: -
# kernel: 6.12

refused='.*/srv/group-etc'
control() { who=root; group_etc; in_sandbox 'mount --bind /srv/group-etc /etc'; }
product() {
	group_etc
	derived fake 's,^/etc ,/srv/group-etc ,'
	in_session fake
}
# What alice does as a member of the group.
group_etc() {
	rm -rf /srv/group-etc
	cp -a /etc /srv/group-etc
	chgrp alice /srv/group-etc
	chmod 0775 /srv/group-etc
	"$WAYS/escape" -n - alice bash -c 'cd /srv/group-etc && { cat passwd; echo mallory::0:0::/:/bin/sh; } >new && mv -f new passwd'
}
attempt() {
	[ "$(id -u mallory)" = 0 ] && echo ESCAPED
}
