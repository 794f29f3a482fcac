# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: the socket of a root's service in `/run`, as a container engine has
# closed by: the tree: no row has it
# isolate: -
# kernel: 6.12

control() { serve in_session private-tmp isolate=none; }
product() { serve in_session host-ro; }
serve() {
	local server
	"$WAYS/escape" -rn - root /srv/escapes/twin twin /run/escape-service files >/dev/null 2>&1 &
	server=$!
	until_true 10 test -e /run/escape-service
	chmod 0666 /run/escape-service.sock
	"$@"
	kill "$server"
	rm -f /run/escape-service*
}
attempt() {
	"$way" connect /run/escape-service.sock
}
