# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: the host's mount table by `listmount()`, with the id of its namespace
# closed by: the kernel: needs CAP_SYS_ADMIN where the namespace was made
# isolate: -
# kernel: 6.12

arguments=("")
who=root
control() { roots_session; }
product() {
	who=alice arguments=("unshare -Urm")
	in_session host-ro
}
attempt() {
	"$way" listmount "$(cat "$home/host.id")"
	# shellcheck disable=SC2086
	$1 "$way" listmount "$(cat "$home/host.id")"
}
