# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: an overlay with an upper directory of the user's on `/etc`
# closed by: the session is refused: what root's code reads must be root's alone
# isolate: -
# kernel: 6.12
# needs: overlay

once=1
refused='.*/home/alice/upper'
overlay='lowerdir=/etc,upperdir=/home/alice/upper,workdir=/home/alice/work'
control_as=root
control() {
	upper
	start_sandbox "mount -t overlay -o $overlay etc /etc"
}
product() {
	upper
	with_row "overlay /etc overlay $overlay"
	start_session fake "$@"
}
upper() {
	rm -rf /home/alice/{upper,work}
	install -d -o alice -g alice /home/alice/{upper,work}
	"$WAYS/escape" -n - alice bash -c '{ echo ESCAPED::0:0::/:/bin/sh; cat /etc/passwd; } >upper/passwd'
}
attempt() {
	try read /etc/passwd
}
