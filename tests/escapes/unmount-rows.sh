# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: root in the session unmounts every row
# closed by: trees are built by inclusion: no row covers what is to be hidden
# isolate: -
# kernel: 6.12

who=root
control() { in_sandbox 'mount -t tmpfs cover /srv/escapes'; }
attempt() {
	"$way" unmount-all
}
