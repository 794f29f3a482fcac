# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: a descriptor of the host's that the service left open, under real sshd
# closed by: sshd closes all; the module keeps none that leads to a directory of the host
# isolate: -
# kernel: 6.12

helper=(-l)
control() { in_sandbox 'exec 9</srv/escapes; mount -t tmpfs cover /srv/escapes'; }
product() {
	policy <<<"alice * host-ro"
	as alice bash "$WAYS/inside" "$WAYS/$name.sh"
}
attempt() {
	"$way" descriptors
	# sshd's own process of the user, which it does not exec.
	ls -l "/proc/$PPID/fd" && for fd in "/proc/$PPID/fd"/*; do cat "$fd/secret" "$fd$secret"; done
}
