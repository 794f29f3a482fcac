# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: a file of the user's own in `/run/nstree/UID`, to name the namespace that the next session joins
# closed by: root's own directory, mode 0700; one that is another's is not used
# isolate: -
# kernel: 6.12

control() {
	rm -rf /run/nstree
	install -d -m 755 /run/nstree
	install -d -m 700 -o alice "/run/nstree/$(id -u alice)"
	in_session private-tmp
	rm -rf /run/nstree
}
product() { in_session private-tmp share=user; }
attempt() {
	echo forged >"/run/nstree/$(id -u)/shared.0" && echo ESCAPED
	mv /run/nstree /run/moved
}
after() { rm -f "/run/nstree/$(id -u alice)/shared.0"; }
