# What the end-to-end tests share (read by tests/e2e/run): TAP, a site with users, sshd and its log.
# shellcheck shell=bash

set -u
umask 022
export LC_ALL=C.UTF-8
E2E=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
BUILT=/src/build/vm-obj
CONF=/etc/security/nstree.conf
TREES=/etc/security/nstree.d
SCRATCH=/root/scratch

# --- TAP -----------------------------------------------------------------------------------------

number=0 failures=0

comment() { printf '%s\n' "$*" | sed 's/^/# /'; }

# result STATUS NAME [DETAILS]: one TAP line, and the details where it failed.
result() {
	number=$((number + 1))
	if [ "$1" = 0 ]; then
		echo "ok $number - $2"
	else
		failures=$((failures + 1))
		echo "not ok $number - $2"
		comment "${3-}"
	fi
	[ "$1" = 0 ]
}

# is GOT WANTED NAME
is() {
	[ "$1" = "$2" ]
	result $? "$3" "got:    $1
wanted: $2"
}

# like TEXT REGEX NAME: an extended regular expression, in a line of the text. One of several lines would be several
# to grep, of which any may match: it matches nothing here.
like() {
	[[ $2 != *$'\n'* ]] && printf '%s' "$1" | grep -qE -- "$2"
	result $? "$3" "text:    $1
lacks:   $2"
}

# unlike TEXT REGEX NAME
unlike() {
	[[ $2 != *$'\n'* ]] && ! printf '%s' "$1" | grep -qE -- "$2"
	result $? "$3" "text:  $1
holds: $2"
}

# runs NAME COMMAND...: the command must succeed. refuses NAME COMMAND...: it must fail.
runs() {
	local name=$1 output
	shift
	output=$("$@" 2>&1)
	result $? "$name" "$* failed: $output"
}
refuses() {
	local name=$1 output
	shift
	! output=$("$@" 2>&1)
	result $? "$name" "$* succeeded: $output"
}

skip() {
	number=$((number + 1))
	echo "ok $number - $1 # SKIP $2"
}

# plan: all tests have run; whether none failed.
plan() {
	echo "1..$number"
	[ "$failures" = 0 ] || comment "$failures of $number failed"
	[ "$failures" = 0 ]
}
finish() {
	plan
	exit
}

# --- the site -------------------------------------------------------------------------------------

# policy, tree NAME: standard input becomes the site's policy, or a tree file.
policy() { cat >"$CONF"; }
tree() { mkdir -p "$TREES"; cat >"$TREES/$1.fstab"; }

# A small tree that works for anyone, with the rows of standard input after it.
small_tree() {
	{ cat "$SCRATCH/small.fstab"; cat; } | tree "$1"
}

# as USER COMMAND...: by real ssh, standard input and exit status passed on.
ssh_options=(-q -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null
	-o LogLevel=ERROR -i "$SCRATCH/key" -o Port=2222)
as() {
	local user=$1
	shift
	ssh "${ssh_options[@]}" "$user@127.0.0.1" "$@"
}

# hold NAME USER SCRIPT [SSH-OPTION]...: runs SCRIPT by ssh in the background, and waits until it prints the
# line "ready". What it prints is in $SCRATCH/NAME.out (held NAME REGEX prints the matching lines, without a
# pty's CR), what `tell NAME TEXT` sends is its input, and `release NAME` waits for its end. Both of SCRIPT's outputs
# are one: as two they would arrive mixed within a line.
declare -A held_input held_pid
hold() {
	local name=$1 user=$2 script=$3 input
	shift 3
	rm -f "$SCRATCH/$name".{in,out}
	mkfifo "$SCRATCH/$name.in"
	ssh "${ssh_options[@]}" "$@" "$user@127.0.0.1" "exec 2>&1; $script" <"$SCRATCH/$name.in" >"$SCRATCH/$name.out" 2>&1 &
	held_pid[$name]=$!
	exec {input}<>"$SCRATCH/$name.in" # for reading too: writing is no error once the session has ended
	held_input[$name]=$input
	until_true 60 hold_settled "$name"
	held "$name" '^ready' >/dev/null || comment "$name: $(cat "$SCRATCH/$name.out")"
}
hold_settled() { grep -q '^ready' "$SCRATCH/$1.out" || ! kill -0 "${held_pid[$1]}"; }
held() { tr -d '\r' <"$SCRATCH/$1.out" | grep -E -- "${2-}"; }
tell() { echo "$2" >&"${held_input[$1]}"; }
release() {
	local input=${held_input[$1]}
	exec {input}>&-
	wait "${held_pid[$1]}"
}

# on_console USER COMMAND: what COMMAND prints to USER, whom agetty(8) logs in on the console /dev/tty1.
on_console() {
	local unit=getty@tty1.service home
	home=$(getent passwd "$1" | cut -d: -f6)
	mkdir -p "/run/systemd/system/$unit.d"
	printf '[Service]\nExecStart=\nExecStart=-/sbin/agetty --autologin %s %%I linux\nRestart=no\n' "$1" \
		>"/run/systemd/system/$unit.d/test.conf"
	printf '{ %s; echo ended; } >~/.console 2>&1\nexit\n' "$2" >"$home/.bash_profile"
	chown "$1:" "$home/.bash_profile"
	[ ! -e /sys/fs/selinux/enforce ] || restorecon -F "$home/.bash_profile"
	rm -f "$home/.console"
	systemctl daemon-reload
	systemctl start "$unit"
	until_true 30 grep -qs '^ended' "$home/.console"
	systemctl stop "$unit"
	grep -v '^ended' "$home/.console"
	rm -rf "$home"/.{bash_profile,console} "/run/systemd/system/$unit.d"
}

# mark, log_since: what the host's journal says from the mark on.
mark() { journalctl --sync; cursor=$(journalctl -n 1 --show-cursor -q | sed -n 's/^-- cursor: //p'); }
log_since() { journalctl --sync; journalctl -q -o short --after-cursor "$cursor" "$@"; }

# until_true SECONDS COMMAND...
until_true() {
	local tries=$(($1 * 10))
	shift
	while ! "$@" >/dev/null 2>&1; do
		[ $((tries -= 1)) -gt 0 ] || return 1
		sleep 0.1
	done
}

# The host's mount table, to the byte, but for what logind mounts and unmounts by itself.
host_mounts() { grep -v ' /run/user/' /proc/1/mountinfo; }

# The mount namespaces that processes are in, and those the kernel lists where it can (listns).
namespaces() { lsns -t mnt -n -o NS | sort -u; }

user() {
	useradd --create-home --shell /bin/bash "$@"
	local name=${*: -1}
	install -d -m 700 -o "$name" -g "$name" "/home/$name/.ssh"
	install -m 600 -o "$name" -g "$name" "$SCRATCH/key.pub" "/home/$name/.ssh/authorized_keys"
}

sshd_config() {
	cat <<-EOF
		Port 2222
		ListenAddress 127.0.0.1
		UsePAM yes
		PermitRootLogin yes
		AuthorizedKeysFile .ssh/authorized_keys ${sshd_keys-}
		PidFile /run/sshd-test.pid
		LogLevel VERBOSE
		MaxStartups 100
		PerSourcePenalties no
		AllowAgentForwarding yes
		Subsystem sftp ${1:-internal-sftp}
	EOF
}

# start_sshd [SFTP-SUBSYSTEM]: a second call restarts it.
start_sshd() {
	sshd_config "$@" >"$SCRATCH/sshd_config"
	mkdir -p /run/sshd
	systemctl stop sshd-test.service 2>/dev/null
	systemd-run -q --unit=sshd-test.service --collect -p KillMode=process \
		/usr/sbin/sshd -D -f "$SCRATCH/sshd_config"
	until_true 20 bash -c '</dev/tcp/127.0.0.1/2222'
}

# The stack of service NAME with the module as its last session line, after ARGUMENTS.
stack() {
	local name=$1
	shift
	cp "$SCRATCH/pam.$name" "/etc/pam.d/$name"
	echo "session required pam_nstree.so $*" >>"/etc/pam.d/$name"
}

# service NAME [ARGUMENT]...: a service of the tests' own with the module alone, in a directory of its own.
# $MODULE_ARGUMENTS, such as method=pivot, are added to every one.
SERVICES=$SCRATCH/pam.d
service() {
	local name=$1
	shift
	mkdir -p "$SERVICES"
	echo 'session required pam_deny.so' >"$SERVICES/other"
	cat >"$SERVICES/$name" <<-EOF
		auth    required pam_permit.so
		account required pam_permit.so
		session required pam_nstree.so $* ${MODULE_ARGUMENTS-}
	EOF
}

# session [OPTION]... SERVICE USER: tests/helpers/session.c with such a service.
session() { "$BUILT/helpers/session" -d "$SERVICES" "$@" 2>&1; }

# state WHEN TEXT: what a session's output says of the process before, inside, refused or after.
state() {
	local line
	while IFS= read -r line; do
		[[ $line != "$1: "* ]] || printf '%s\n' "${line#"$1: "}"
	done <<<"$2"
}

# expect_refusal SERVICE NAME LINE: SERVICE, of which there is one a case, is to have one line in the log about a
# refused session, and LINE, an extended regular expression, is how the reason starts. Reading the log takes time:
# check_refusals does it for all of them, from the mark on.
expected=()
expect_refusal() { expected+=("$@"); }
check_refusals() {
	local line log wanted
	local refusal='\(([^: )]+):session\): session of user [^ ]+ refused: (.*)$'
	local -A found=()
	log=$(log_since)
	while IFS= read -r line; do
		[[ $line =~ $refusal ]] || continue
		found[${BASH_REMATCH[1]}]+="${BASH_REMATCH[2]}"$'\n'
	done <<<"$log"
	set -- "${expected[@]}"
	expected=()
	while [ $# != 0 ]; do
		line=${found[$1]-}
		wanted="^($3)[^"$'\n'"]*"$'\n$'
		[[ $line =~ $wanted ]]
		result $? "$2: the log says what and where, in one line" "log:    $line
wanted: $3"
		shift 3
	done
}

# kernel_has SERIES: whether this kernel is of that series or a later one.
kernel_has() { [ "$(printf '%s\n' "$1" "$(uname -r)" | sort -V | head -n 1)" = "$1" ]; }

# needs SERIES WHAT: the same, and where it is not, a line in the TAP says that WHAT was left out.
needs() { kernel_has "$1" || { skip "$2" "Linux $1 or later has it"; false; }; }

# needs_modules WHAT: whether this kernel's modules are here, with the compiler (tests/vm/run): the archive drops the
# modules before it drops the kernel.
needs_modules() {
	[ -d "/lib/modules/$(uname -r)/kernel" ] ||
		{ skip "$1" "the archive has no modules of this kernel any more"; false; }
}

# isnt GOT UNWANTED NAME
isnt() {
	[ "$1" != "$2" ]
	result $? "$3" "both: $1"
}

# The package as an administrator installs it; dpkg says what was wrong.
install_package() {
	local output
	output=$(DEBIAN_FRONTEND=noninteractive dpkg --install "$BUILT/libpam-nstree.deb" 2>&1) || {
		comment "$output"
		return 1
	}
}

set_up() {
	mkdir -p "$SCRATCH"
	cp /etc/pam.d/sshd "$SCRATCH/pam.sshd"
	cp /etc/pam.d/su "$SCRATCH/pam.su"
	install_package || exit 1
	cp "$CONF" "$SCRATCH/nstree.conf"
	ssh-keygen -q -t ed25519 -N '' -f "$SCRATCH/key"
	groupadd staff-only
	for name in alice bob carol; do
		user "$name"
	done
	usermod -aG staff-only carol
	mkdir -p /root/.ssh && cp "$SCRATCH/key.pub" /root/.ssh/authorized_keys
	(cd /srv && install -d trees/contractor && cd trees/contractor &&
		install -d etc usr dev proc home tmp run sys/fs/cgroup var/tmp var/log var/lib &&
		for d in bin sbin lib lib64; do ln -s "usr/$d" "$d"; done && ln -s ../run/mail ../run ../run/lock var)
	cat >"$SCRATCH/small.fstab" <<-'EOF'
		tmpfs     /      tmpfs  mode=0755,nosuid,nodev
		/usr      /usr   none   rbind,ro,nosuid,nodev,X-mount.mkdir
		/etc      /etc   none   bind,ro,nosuid,nodev,X-mount.mkdir
		usr/bin   /bin   nstree.symlink
		usr/lib   /lib   nstree.symlink
		usr/lib64 /lib64 nstree.symlink
		nstree    /dev   nstree.dev  X-mount.mkdir
		proc      /proc  proc   nosuid,nodev,noexec,X-mount.mkdir
		%h        %h     none   bind,nosuid,nodev,X-mount.mkdir
		tmpfs     /tmp   tmpfs  mode=1777,nosuid,nodev,X-mount.mkdir
	EOF
	site_uids=$(id -u alice; id -u bob; id -u carol)
	restore_site
	start_sshd
}

# Processes of users that a test has made: the next user with that uid could not be removed, and would own them.
strangers() {
	ps -eo uid=,pid=,comm= | awk -v site="$site_uids" 'BEGIN { split(site, uids); for (i in uids) known[uids[i]] = 1 }
		$1 >= 1000 && $1 < 60000 && !known[$1]'
}
has_no_stranger() { [ -z "$(strangers)" ]; }

# Between tests: the installed policy, no trees of the site's own, the plain stacks, sshd's with the module, and no
# process of a user that is not the site's.
restore_site() {
	has_no_stranger || {
		strangers | sed 's/^/# the test leaves: /'
		strangers | awk '{ print $2 }' | xargs -r kill -KILL
		until_true 10 has_no_stranger
	}
	cp "$SCRATCH/nstree.conf" "$CONF"
	cp "$SCRATCH/pam.su" /etc/pam.d/su
	rm -rf "$TREES"
	mkdir -p "$TREES"
	stack sshd
}
