# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: an interface in the host's network, by `NETLINK_ROUTE`, also from a network namespace of the user's
# closed by: the kernel: needs CAP_NET_ADMIN there
# isolate: -
# kernel: 6.12

control_as=root
afterwards() { netescapes_remove_links; }
attempt() {
	try link-add "escape$RANDOM"
	try link-add "escape$RANDOM" "$net_pid"
	[ ! "$userns" ] || try net-own link-add "escape$RANDOM" "$net_pid"
}
