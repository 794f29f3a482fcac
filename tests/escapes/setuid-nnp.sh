# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: a set-uid program of the host's in `/usr`, where the tree lets these be
# closed by: no_new_privs
# isolate: nnp
# kernel: 6.12

control() {
	derived suid 's/nosuid,//'
	start_session suid
}
product() {
	derived suid 's/nosuid,//'
	start_session suid "$@"
}
attempt() {
	try exec "$WAYS/root-way" privilege
}
