# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: the records of sessions in the host's `/run/nstree`, in a tree that shows it
# closed by: root's own directory, mode 0700
# isolate: -
# kernel: 6.12

who=root
control() { in_session private-tmp; }
product() {
	who=alice
	in_session private-tmp share=user
}
attempt() {
	cat /run/nstree/*/* "/run/nstree/$(id -u)"/* | grep -q '^namespace ' && echo ESCAPED
}
