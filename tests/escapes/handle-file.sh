# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: `open_by_handle_at()` with a handle of a host's file
# closed by: the kernel: needs CAP_DAC_READ_SEARCH on the host
# isolate: -
# kernel: 6.12

control_as=root
control() { start_sandbox 'mount -t tmpfs cover /var/tmp/escapes'; }
attempt() {
	try open-handle "$secret_handle" "$home" / /usr /etc /var/tmp
}
