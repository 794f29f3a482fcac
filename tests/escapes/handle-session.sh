# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: `setns()` to the mount namespace of another session of the user's by its nsfs handle
# closed by: the kernel: the namespace is root's
# isolate: -
# kernel: 6.12
# needs: 6.18

who=root
control() { other_session; roots_session; }
product() {
	who=alice
	other_session
	in_session host-ro
}
# A session in the host's tree, but for /tmp.
other_session() {
	local other
	policy <<<"alice * private-tmp"
	"$WAYS/escape" -d "$SERVICES" "$service" alice bash -c 'touch ~/other; exec sleep 30' &
	other=$!
	until_true 10 test -e "$home/other"
	rm -f "$home/other"
	"$way" save-handle "/proc/$other/ns/mnt" "$home/other.mnt"
}
attempt() {
	"$way" join "$home/other.mnt"
	unshare -Ur "$way" join "$home/other.mnt"
}
