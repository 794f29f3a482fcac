# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: a target in the home that the user made a link
# closed by: no target is looked up through a link: the session is refused
# isolate: -
# kernel: 6.12

once=1
refused='.*/home/alice/data'
control() {
	swap
	start_sandbox 'mount --bind /usr/share/escapes-data /home/alice/data'
}
product() {
	swap
	with_row '/usr/share/escapes-data %h/data none bind'
	start_session fake "$@"
}
swap() {
	cp "$secret" /usr/share/escapes-data/landed
	user_link /usr/share/escapes-covered data
}
attempt() {
	# Where the link leads, and not where the row says.
	try read /usr/share/escapes-covered/landed
}
after() { rm -rf "$home/data"; }
