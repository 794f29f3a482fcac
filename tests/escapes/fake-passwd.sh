# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: an `/etc` of the user's, with a passwd in which anyone is root
# closed by: the session is refused: what root's code reads must be root's alone
# isolate: -
# kernel: 6.12

once=1
refused='.*/home/alice/etc'
control_as=root
control() {
	fake_etc
	start_sandbox 'mount --bind /home/alice/etc /etc'
}
product() {
	fake_etc
	with_row '%h/etc /etc none bind'
	start_session fake "$@"
}
attempt() {
	try read /etc/passwd
}
