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

# crontabs USER...: each installs one, as only a user's own has the label that cron takes for that user's.
# by_cron USER...: the contexts of the jobs that cron starts, a line a user. It looks at the clock when it starts: that
# is three seconds before a minute. Under load it comes late, or only at the next minute.
crontabs() {
	local user
	for user; do
		login "$user" "echo '* * * * * id -Z >/home/$user/cron' | crontab -"
	done
}
by_cron() {
	local user
	rm -f /home/*/cron
	date -s "$(date -d '1 minute' '+%F %H:%M:57')" >/dev/null
	systemctl restart cron
	for user; do
		until_true 200 grep -qs : "/home/$user/cron"
		echo "$user $(cat "/home/$user/cron" 2>&1)"
	done
}

# door NAME: a login program of a site's, which is in the domain NAME_t that the policy has for a daemon of that name.
# It opens a session for bob by the service "door". through_door NAME: what it says.
door() {
	cp "$BUILT/helpers/session" "/usr/local/bin/door-$1"
	chcon -t "$1_exec_t" "/usr/local/bin/door-$1"
	printf '[Service]\nType=oneshot\nExecStart=/usr/local/bin/door-%s -c "cat /proc/self/attr/current; echo /sr*" door bob\n' \
		"$1" >"/run/systemd/system/door-$1.service"
	echo 'session required pam_nstree.so' >/etc/pam.d/door
	systemctl daemon-reload
}
through_door() {
	mark
	systemctl start "door-$1" 2>/dev/null
	log_since -o cat -t "door-$1"
}
# What was refused to the domains of login programs since the last call, one line a kind.
refused() {
	sync
	sleep 1
	tail -c "+$((audit_read + 1))" /var/log/audit/audit.log | grep '^type=AVC' |
		grep -E 'scontext=[^ ]*:(sshd_t|crond_t|local_login_t|ftpd_t|pppd_t)[: ]' |
		sed -E 's/.*avc: *//; s/ (pid|ino|path|dev|name|comm|capability|ioctlcmd|permissive)=("[^"]*"|[^ ]*)//g; s/  */ /g' | sort -u
	audit_read=$(stat -c %s /var/log/audit/audit.log)
}
audit_read=0
