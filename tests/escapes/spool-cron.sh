# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: a job in the spool of cron, `/var/spool/cron/crontabs`
# closed by: the tree: no row has `/var/spool`; and crontab(1), at(1) are not set-gid there (nosuid)
# isolate: -
# kernel: 6.12

control() { with_spool in_session private-tmp isolate=none; }
product() { with_spool in_session host-ro; }
# Writable, as it is to the set-gid program.
with_spool() {
	install -d -m 1733 /var/spool/cron/crontabs
	"$@"
	[ ! -e /var/spool/cron/crontabs/escape ] || echo ESCAPED
	rm -f /var/spool/cron/crontabs/escape
}
attempt() {
	echo "* * * * * cp $secret $home/job" >/var/spool/cron/crontabs/escape
}
