# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: an overlay with an upper directory of the user's on `/etc`
# closed by: the session is refused: what root's code reads must be root's alone
# isolate: -
# kernel: 6.12
# needs: overlay

refused='.*/home/alice/upper'
overlay='lowerdir=/etc,upperdir=/home/alice/upper,workdir=/home/alice/work'
control() { who=root; upper; in_sandbox "mount -t overlay -o $overlay etc /etc"; }
product() {
	upper
	{ cat /usr/share/nstree/host-ro.fstab; echo "overlay /etc overlay $overlay"; } | tree fake
	in_session fake
}
upper() {
	rm -rf /home/alice/{upper,work}
	install -d -o alice -g alice /home/alice/{upper,work}
	"$WAYS/escape" -n - alice bash -c '{ cat /etc/passwd; echo mallory::0:0::/:/bin/sh; } >upper/passwd'
}
attempt() {
	[ "$(id -u mallory)" = 0 ] && echo ESCAPED
}
