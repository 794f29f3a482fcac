# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: a target in the home that the user made a link
# closed by: no target is looked up through a link: the session is refused
# isolate: -
# kernel: 6.12

refused='.*/home/alice/data'
control() { swap; who=root; in_sandbox 'mount --bind /usr/share/escapes-data /home/alice/data'; }
product() {
	swap
	{ cat /usr/share/nstree/host-ro.fstab; echo '/usr/share/escapes-data %h/data none bind'; } | tree swap
	in_session swap
}
swap() {
	rm -rf /home/alice/data
	ln -s /usr/share/escapes-covered /home/alice/data
	mkdir -p /usr/share/escapes-data
	cp "$secret" /usr/share/escapes-data/landed
}
attempt() {
	# Where the link leads, and not where the row says.
	cat /usr/share/escapes-covered/landed
}
after() { rm -rf "$home/data"; }
