# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: a job in the spool of cron, `/var/spool/cron/crontabs`
# closed by: the tree: no row has `/var/spool`; and crontab(1), at(1) are not set-gid there (nosuid)
# isolate: -
# kernel: 6.12
# by design: private-tmp hpc: the host's own `/var/spool`; the line in the service's stack puts the job in the tree

control="private-tmp isolate=none"
attempt() { try put /var/spool/cron/crontabs/escape job; }
after() {
	[ ! -e /var/spool/cron/crontabs/escape ] || output+=ESCAPED
	rm -f /var/spool/cron/crontabs/escape
}
