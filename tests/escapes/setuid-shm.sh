# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: a set-uid copy in `/dev/shm`
# closed by: nosuid on the row
# isolate: -
# kernel: 6.12

control() { derived suid 's/^proc .*/&\nshm \/dev\/shm tmpfs mode=1777/'; in_session suid isolate=none; }
attempt() {
	outside
	"/dev/shm/root-way" privilege
}
during() { in_tree install -o root -m 4755 "$way" "/dev/shm/root-way"; }
after() { rm -f "$home/root-way"; }
