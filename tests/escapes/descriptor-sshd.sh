# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: a descriptor of the host's that the service left open, under real sshd
# closed by: sshd closes all; the module keeps none that leads to a directory of the host
# isolate: -
# kernel: 6.12

once=1
helper=(-l)
control() { start_sandbox "exec 9</var/tmp/escapes; mount -t tmpfs cover /var/tmp/escapes"; }
attempt() {
	case $tree in
	control) try descriptors ;;
	# No program runs there: what the server of sshd itself opens by its user's leave.
	sftp-only) by_sftp ;;
	*) output+=$(as alice "$way" descriptors 2>&1) ;;
	esac
}
by_sftp() {
	local names=(secret escapes/secret "$secret" "../../../../..$secret")
	output+=$(for name in "${names[@]}"; do
		printf -- '-get %s %s/got\n-!cat %s/got\n' "$name" "$SCRATCH" "$SCRATCH"
		printf -- '-symlink %s link\n-get link %s/got\n-!cat %s/got\n-rm link\n' "$name" "$SCRATCH" "$SCRATCH"
	done | sftp "${ssh_options[@]}" -b - alice@127.0.0.1 2>&1)
}
