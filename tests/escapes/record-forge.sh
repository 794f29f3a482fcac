# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: a file of the user's own in `/run/nstree/UID`, to name the namespace that the next session joins
# closed by: root's own directory, mode 0700; one that is another's is not used
# isolate: -
# kernel: 6.12

control() {
	start_sandbox "mount -t tmpfs records /run/nstree; install -d -m 700 -o alice /run/nstree/$uid"
}
attempt() {
	try put "/run/nstree/$uid/shared.0" ESCAPED
	try read "/run/nstree/$uid/shared.0"
}
after() { rm -f "/run/nstree/$uid/shared.0"; }
