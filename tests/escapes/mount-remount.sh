# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: the user takes `nosuid`, `nodev` or `ro` off a row, in a user namespace
# closed by: the kernel: flags that came from outside are locked
# isolate: -
# kernel: 6.12

arguments=("")
control() { in_own_namespace 'mount --bind -o nosuid,nodev ~ ~'; }
product() {
	arguments=("unshare -Urm")
	in_session host-ro
}
attempt() {
	# shellcheck disable=SC2086
	$1 mount -o remount,bind,suid,dev ~ && echo ESCAPED
	# shellcheck disable=SC2086
	$1 mount -o remount,bind,rw,suid /usr && [ "$1" ] && echo ESCAPED
}
