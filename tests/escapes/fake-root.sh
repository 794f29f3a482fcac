# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: a root that the user owns
# closed by: the session is refused: what root's code reads must be root's alone
# isolate: -
# kernel: 6.12

refused='.*/home/alice/tree'
control() { who=root; fake_root; helper=(-C /mnt); in_sandbox "$jail; mount --bind /home/alice/tree/etc /mnt/etc"; }
product() {
	fake_root
	{
		echo '/home/alice/tree / none bind,nosuid,nodev'
		echo '/usr /usr none rbind,ro,nosuid,nodev'
		echo 'proc /proc proc nosuid,nodev,noexec,hidepid=ptraceable'
	} | tree fake
	in_session fake
}
fake_root() {
	fake_etc
	rm -rf /home/alice/tree
	"$WAYS/escape" -n - alice bash -c 'mkdir -p tree/usr tree/proc && mv etc tree/etc && ln -s usr/bin usr/lib usr/lib64 tree/'
}
attempt() {
	[ "$(id -u mallory)" = 0 ] && echo ESCAPED
}
