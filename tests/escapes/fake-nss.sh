# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: an NSS module of the user's: code in root's look-ups of names
# closed by: the session is refused: what root's code reads must be root's alone
# isolate: -
# kernel: 6.12
# needs: gcc

once=1
refused='.*fake.so'
control_as=root
control() {
	fake_library
	start_sandbox 'mount --bind /home/alice/fake.so /usr/lib/x86_64-linux-gnu/libnss_compat.so.2
		echo "passwd: compat" >/run/nsswitch; mount --bind /run/nsswitch /etc/nsswitch.conf'
}
product() {
	fake_library
	with_row '%h/fake.so /usr/lib/x86_64-linux-gnu/libnss_compat.so.2 none bind,X-mount.mkdir'
	start_session fake "$@"
}
attempt() {
	try exec /usr/bin/getent passwd nobody-of-that-name
}
