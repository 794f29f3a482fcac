# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: what is mounted in the session shows on the host (propagation)
# closed by: the copies are private before anything is attached
# isolate: -
# kernel: 6.12

who=root propagation=unchanged
control() { in_sandbox true; }
product() { in_session host-ro; }
attempt() {
	mkdir -p /home/alice/mount /root/mount
	mount -t tmpfs escape /home/alice/mount || mount -t tmpfs escape /root/mount
	mount -t tmpfs escape /usr/share/escapes-covered
}
after() {
	local target
	for target in /home/alice/mount /root/mount /usr/share/escapes-covered; do
		grep -q " $target .* - tmpfs escape " /proc/1/mountinfo && echo ESCAPED && umount "$target"
	done
}
