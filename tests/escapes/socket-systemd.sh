# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: `systemd --user` outside, asked to start a unit
# closed by: the tree: a `/run/user/UID` of the session's own
# isolate: -
# kernel: 6.12

control() { manager in_session private-tmp isolate=none; }
product() { manager in_session host-ro; }
manager() {
	local units=$home/.config/systemd/user
	install -d -o alice -g alice "$home/.config" "$home/.config/systemd" "$units"
	printf '[Service]\nType=oneshot\nExecStart=/bin/cp %s %s/unit.got\n' "$secret" "$home" >"$units/escape.service"
	rm -f "$home/unit.got"
	systemctl start "user@$(id -u alice).service"
	"$@"
}
attempt() {
	systemctl --user start escape.service
	cat "$home/unit.got"
}
