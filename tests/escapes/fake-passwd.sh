# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: an `/etc` of the user's, with a passwd in which anyone is root
# closed by: the session is refused: what root's code reads must be root's alone
# isolate: -
# kernel: 6.12

refused='.*/home/alice/etc'
control() { fake_etc; who=root in_sandbox 'mount --bind /home/alice/etc /etc'; }
product() {
	fake_etc
	derived fake 's,^/etc ,%h/etc ,; s,^(%h/etc .*)rbind,\1bind,'
	in_session fake
}
attempt() {
	[ "$(id -u mallory)" = 0 ] && echo ESCAPED
}
