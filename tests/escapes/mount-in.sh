# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: what the host mounts later shows in the session (propagation)
# closed by: the copies are private, unless the row says slave
# isolate: -
# kernel: 6.12

control() { derived slave 's/rbind,/rbind,slave,/'; in_session slave; }
attempt() {
	outside
	cat /usr/share/escapes-covered/mounted
}
during() {
	mount -t tmpfs later /usr/share/escapes-covered
	cp "$secret" /usr/share/escapes-covered/mounted
}
after() { umount /usr/share/escapes-covered; }
