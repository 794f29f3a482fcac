# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: a sysfs, in a user and a network namespace
# closed by: the kernel: none is visible in the tree
# isolate: -
# kernel: 6.12
# by design: private-tmp hpc (userns): the host's own `/sys`; a new one shows no more than its network namespace

control() { start_host; }
attempt() {
	try userns sysfs
}
