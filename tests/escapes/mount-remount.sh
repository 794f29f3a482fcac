# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: the user takes `nosuid`, `nodev` or `ro` off a row, in a user namespace
# closed by: the kernel: flags that came from outside are locked
# isolate: -
# kernel: 6.12

control() { start_own_namespace 'mount --bind -o nosuid,nodev ~ ~'; }
attempt() {
	try $userns remount
}
