# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# What tests/selinux/run and tests/selinux/session-kinds share, on top of tests/e2e/lib.sh.

# sshd by its own unit, on its own port: in the domain that it has on every host.
start_sshd() {
	sshd_config | grep -vE '^(Port|ListenAddress|PidFile) ' >/etc/ssh/sshd_config.d/nstree.conf
	systemctl restart ssh
	until_true 20 bash -c '</dev/tcp/127.0.0.1/22'
}
in_tree() { printf 'root * -\n* * %s\n' "$*" >"$CONF"; }
ssh_options=(-i "$SCRATCH/key" -o StrictHostKeyChecking=no -o LogLevel=ERROR)
# login USER COMMAND [OPTION]...
login() { timeout 90 ssh -n "${ssh_options[@]}" "${@:3}" "$1@127.0.0.1" "$2" 2>&1 | tr -d '\r'; }
# upload USER FILE: by sftp, to its name.
upload() { timeout 90 sftp -q "${ssh_options[@]}" "$1@127.0.0.1" <<<"put $2 ${2##*/}" >/dev/null 2>&1; }

# by_cron USER: the context of the job that cron starts for USER. It looks at the clock when it starts: that is
# three seconds before a minute.
by_cron() {
	rm -f "/home/$1/cron"
	echo "* * * * * id -Z >/home/$1/cron" | crontab -u "$1" -
	date -s "$(date -d '1 minute' '+%F %H:%M:57')" >/dev/null
	systemctl restart cron
	until_true 70 grep -qs : "/home/$1/cron"
	crontab -u "$1" -r
	cat "/home/$1/cron" 2>&1
}

# What was refused to the domains of login programs since the last call, one line a kind.
refused() {
	sync
	sleep 1
	tail -c "+$((audit_read + 1))" /var/log/audit/audit.log | grep '^type=AVC' |
		grep -E 'scontext=[^ ]*:(sshd_t|crond_t|local_login_t|[a-z]*_su_t)[: ]' |
		sed -E 's/.*avc: *//; s/ (pid|ino|path|dev|name|comm|capability|ioctlcmd|permissive)=("[^"]*"|[^ ]*)//g; s/  */ /g' | sort -u
	audit_read=$(stat -c %s /var/log/audit/audit.log)
}
audit_read=0
