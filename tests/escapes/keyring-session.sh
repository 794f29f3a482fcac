# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: the session keyring of the service that opened the session
# closed by: pam_keyinit, `force revoke`, in the stack, as Debian's sshd and login have it
# isolate: -
# kernel: 6.12

control() {
	sed -i /pam_keyinit/d "$SERVICES/$service"
	start_session host-ro
}
attempt() {
	try key -3
}
