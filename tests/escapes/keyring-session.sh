# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: the session keyring of the service that opened the session
# closed by: pam_keyinit, `force revoke`, in the stack, as Debian's sshd and login have it
# isolate: -
# kernel: 6.12

control() { with_key in_session host-ro; }
product() {
	sed -i '/^session/i session required pam_keyinit.so force revoke' "$SERVICES/$service"
	with_key in_session host-ro
}
with_key() {
	before=("$way" add-key -3)
	"$@"
}
attempt() {
	"$way" key -3
}
