# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: a file in the host's `/tmp`, and the races that live there
# closed by: the tree: a `/tmp` of the session's own
# isolate: -
# kernel: 6.12

control() { with_file in_sandbox true; }
product() { with_file in_session private-tmp; }
with_file() {
	install -m 0644 "$secret" /tmp/escape
	"$@"
	rm -f /tmp/escape
}
attempt() {
	cat /tmp/escape
}
