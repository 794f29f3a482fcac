# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: writing to, and reading from, a terminal of another session of the user's
# closed by: not closed: `/dev/pts` is the host's, where sshd made the terminal. For services without one (sftp, cron) the tree can have a row `devpts /dev/pts devpts newinstance,ptmxmode=0666,mode=0620`
# isolate: -
# kernel: 6.12

control() { in_session host-ro isolate=none; }
mended() {
	{ cat /usr/share/nstree/host-ro.fstab; echo 'devpts /dev/pts devpts newinstance,ptmxmode=0666,mode=0620,nosuid,noexec'; } | tree pts
	in_session pts
}
attempt() {
	outside
	echo ESCAPED >"$(cat "$home/terminal")"
}
during() {
	rm -f "$home/terminal"
	script -qec "$WAYS/escape -n - root bash -c 'chown alice \$(tty); tty >$home/terminal; sleep 3'" "$SCRATCH/terminal" \
		</dev/null >/dev/null 2>&1 &
	until_true 10 test -s "$home/terminal"
}
after() {
	until_true 2 grep -a ESCAPED "$SCRATCH/terminal"
	grep -ao ESCAPED "$SCRATCH/terminal"
}
