# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: the working directory that the service had before
# closed by: the new namespace's root is the working directory of who enters it
# isolate: -
# kernel: 6.12

control() { start_sandbox 'cd /var/tmp/escapes; mount -t tmpfs cover /var/tmp/escapes'; }
attempt() {
	try read secret
	try up
}
