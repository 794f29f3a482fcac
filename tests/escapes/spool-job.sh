# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: a job that cron, at or `systemd --user` starts for the user later
# closed by: the line of pam_nstree in the stacks `cron`, `atd`, `systemd-user`: the job gets the tree too
# isolate: -
# kernel: 6.12

control() {
	sed -i /pam_nstree/d "$SERVICES/$service"
	start_session host-ro
}
attempt() {
	try read "$secret"
}
