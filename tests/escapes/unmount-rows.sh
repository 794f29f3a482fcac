# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: root in the session unmounts every row
# closed by: trees are built by inclusion: no row covers what is to be hidden
# isolate: -
# kernel: 6.12
# by design: private-tmp hpc ephemeral (socket): root can unmount what covers; not against root

control() { start_sandbox 'mount -t tmpfs cover /var/tmp/escapes'; }
attempt() {
	root_try own-mounts unmount-all
}
