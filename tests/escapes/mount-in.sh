# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: what the host mounts later shows in the session (propagation)
# closed by: the copies are private, unless the row says slave
# isolate: -
# kernel: 6.12
# by design: private-tmp hpc: their rows say `slave`, so that homes and media that the host mounts are there

control() {
	derived slave 's/rbind,/rbind,slave,/'
	start_session slave
}
attempt() {
	host_try cover /usr/share/escapes-covered
	try read /usr/share/escapes-covered/mounted
	host_try unspread /usr/share/escapes-covered
}
