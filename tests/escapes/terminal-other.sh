# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: writing to, and reading from, a terminal of another session of the user's
# closed by: not closed: `/dev/pts` is the host's, where sshd made the terminal. For services without one (sftp, cron) the tree can have a row `devpts /dev/pts devpts newinstance,ptmxmode=0666,mode=0620`
# isolate: -
# kernel: 6.12

mended() {
	with_row 'devpts /dev/pts devpts newinstance,ptmxmode=0666,mode=0620,nosuid,noexec'
	start_session fake
}
attempt() {
	try write "$terminal" x
	output=${output//ESCAPED/written}
}
after() {
	[[ $output != *written* ]] || until_true 5 test -e "$home/terminal.got"
	[ ! -e "$home/terminal.got" ] || output+=ESCAPED
	rm -f "$home/terminal.got"
}
