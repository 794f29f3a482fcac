# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: the user moves a mount aside, in a user namespace, to see what it covers
# closed by: the kernel: mounts that came from outside are locked
# isolate: -
# kernel: 6.12

control() { start_own_namespace 'mount -t tmpfs cover /var/tmp/escapes'; }
attempt() {
	try $userns move /var/tmp/escapes
	try $userns move /var/tmp
	try $userns move /var
}
