# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: core_pattern: a program that the kernel runs on the host
# closed by: the kernel: the file is the host root's, in a user namespace too
# isolate: -
# kernel: 6.12

arguments=("")
who=root
control() { in_sandbox true; }
product() {
	who=alice arguments=("unshare -Urm")
	in_session host-ro
}
attempt() {
	# shellcheck disable=SC2086
	$1 bash -c "echo '|/srv/escapes/handler' >/proc/sys/kernel/core_pattern"
	ulimit -c unlimited
	sleep 60 & kill -SEGV $!; wait
}
after() {
	until_true 2 test -e /srv/escapes/dumped
	echo core >/proc/sys/kernel/core_pattern
	[ ! -e /srv/escapes/dumped ] || echo ESCAPED
	rm -f /srv/escapes/dumped
}
