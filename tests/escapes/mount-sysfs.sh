# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: a sysfs, in a user and a network namespace
# closed by: the kernel: none is visible in the tree
# isolate: -
# kernel: 6.12

control() { on_host; }
attempt() {
	mkdir -p ~/escape-sysfs
	unshare -Urnm bash -c "mount -t sysfs sys ~/escape-sysfs && ls -d ~/escape-sysfs/class && echo ESCAPED"
}
