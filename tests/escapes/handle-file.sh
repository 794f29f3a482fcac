# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: `open_by_handle_at()` with a handle of a host's file
# closed by: the kernel: needs CAP_DAC_READ_SEARCH on the host
# isolate: -
# kernel: 6.12

who=root
control() { in_sandbox 'mount -t tmpfs cover /srv/escapes'; }
product() {
	who=alice
	in_session host-ro
}
attempt() {
	"$way" open-handle "$home/secret.handle" "$home"
}
