# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: an `/etc` that a group of the user's may write to
# closed by: the session is refused: what root's code reads must be root's alone
# isolate: -
# kernel: 6.12

once=1
refused='.*/srv/group-etc'
control_as=root
control() {
	group_etc
	start_sandbox 'mount --bind /srv/group-etc /etc'
}
product() {
	group_etc
	with_row '/srv/group-etc /etc none bind'
	start_session fake "$@"
}
# What alice does as a member of the group.
group_etc() {
	[ ! -e /srv/group-etc ] || return
	cp -a /etc /srv/group-etc
	chgrp alice /srv/group-etc
	chmod 0775 /srv/group-etc
	"$WAYS/escape" -n - alice bash -c 'cd /srv/group-etc && { echo ESCAPED::0:0::/:/bin/sh; cat passwd; } >new && mv -f new passwd'
}
attempt() {
	try read /etc/passwd
}
