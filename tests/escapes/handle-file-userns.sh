# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: `open_by_handle_at()` with a handle of a host's file, in a user namespace
# closed by: the kernel: the filesystem is not the user's
# isolate: -
# kernel: 6.12

control_as=root
control() { start_sandbox 'mount -t tmpfs cover /var/tmp/escapes'; }
attempt() {
	try $userns open-handle "$secret_handle" "$home" /usr /etc /var/tmp / /dev /proc
}
