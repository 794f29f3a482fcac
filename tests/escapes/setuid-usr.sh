# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: a set-uid program of the host's in `/usr`
# closed by: nosuid on the row, as the shipped trees have it
# isolate: -
# kernel: 6.12
# by design: private-tmp hpc (nnp): set-uid programs are the host's own, and work

control() {
	derived suid 's/nosuid,//'
	start_session suid
}
attempt() {
	try exec "$WAYS/root-way" privilege
}
