# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: POSIX shared memory of a process outside
# closed by: the tree: a `/dev/shm` of the session's own
# isolate: -
# kernel: 6.12

control() { with_memory in_session private-tmp isolate=none; }
product() { with_memory in_session host-ro; }
with_memory() {
	install -m 0600 -o alice "$secret" /dev/shm/escape
	"$@"
	rm -f /dev/shm/escape
}
attempt() {
	cat /dev/shm/escape
}
