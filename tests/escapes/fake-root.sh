# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: a root that the user owns
# closed by: the session is refused: what root's code reads must be root's alone
# isolate: -
# kernel: 6.12

once=1
refused='.*/home/alice/tree'
control_as=root
control() {
	fake_root
	helper=(-C /mnt)
	start_sandbox "$jail; mount --bind /home/alice/tree/etc /mnt/etc"
}
product() {
	fake_root
	fake_row
	start_session fake "$@"
}
# The tree's own rows, on another root.
fake_row() {
	awk '$1 !~ /^#/ && $2 == "/" { print "/home/alice/tree / none bind,nosuid,nodev"; next } { print }' \
		"/usr/share/nstree/$tree.fstab" | tree fake
}
fake_root() {
	fake_etc
	[ ! -e /home/alice/tree ] || return
	"$WAYS/escape" -n - alice bash -c 'mkdir -p tree/{usr,proc,dev,tmp,var/tmp,run,dev/shm} && cp -a etc tree/etc && ln -s usr/bin usr/lib usr/lib64 tree/'
}
attempt() {
	try read /etc/passwd
}
