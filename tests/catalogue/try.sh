# Reads the tables beside it, and tries each line: what nstree check, nstree explain and a login make of it.
# shellcheck shell=bash
#
# For tests/catalogue/here, which have result NAME, comment and log_since, $BUILT, $CONF,
# $TREES and $SCRATCH.

catalogue=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
nstree=/usr/sbin/nstree
catalogue_dir=$SCRATCH/catalogue
# What a reader is told to do: each message of an error has one of these, or names what to write.
catalogue_remedy="(write|leave|correct|take|put|make|create|add|use|raise|run|load|remove|install|set|name|mount|try|change|give|chown|chmod|did you mean|copy|start|enable|save|move|unmount|needs?|must|wants|known are|lower|see)"

catalogue_set_up() {
	mkdir -p "$catalogue_dir" /srv/cat/{alices,group,bobs,upper,work}
	chown alice /srv/cat/alices
	chown bob /srv/cat/bobs
	chgrp staff-only /srv/cat/group
	chmod 775 /srv/cat/group
	echo text >/srv/cat/file
	mkfifo /srv/cat/fifo
	ln -s loop /srv/cat/loop
	ln -s absent /srv/cat/dangling
	ln -s /usr /srv/cat/alices/link
	# Policies and trees that a PAM line names.
	printf '* * -\n' >/srv/cat/alices/user.conf
	printf '* * -\nbob sshd\n' >/srv/cat/fault.conf
	printf '* * smal\n' >/srv/cat/tree.conf
	printf 'alicia * small\n* * -\n' >/srv/cat/user.conf
	echo '/usr / none ro' >"$TREES/faulty.fstab"
	echo 'tmpfs / tmpfs mode=0755' | tee "$TREES/untrusted.fstab" >"$TREES/bare.fstab"
	chown alice "$TREES/untrusted.fstab"
	cp /etc/pam.d/sshd "$catalogue_dir/sshd.kept"
	catalogue_good
}

catalogue_tear_down() {
	cp "$catalogue_dir/sshd.kept" /etc/pam.d/sshd
	rm -rf /srv/cat
}

# A stack, a policy and a tree that work.
catalogue_head=$'auth required pam_permit.so\naccount required pam_permit.so\n'
catalogue_good() {
	cp "$SCRATCH/small.fstab" "$TREES/small.fstab"
	rm -f "$CONF"
	printf 'root,@sudo * -\n* * small\n' >"$CONF"
	printf '%ssession required pam_nstree.so\n' "$catalogue_head" >/etc/pam.d/sshd
}

# catalogue_break KIND INPUT: brings the fault about. Sets $catalogue_mend to what takes it away again.
catalogue_break() {
	local input=$2 long
	catalogue_mend=true catalogue_limit=""
	long=$(printf 'x%.0s' {1..400})
	case $1 in
	policy) printf '%b' "${input//LONG/$long}" | { if [ "$input" ]; then cat; [[ $input == *'\n' ]] || echo; fi; } >"$CONF" ;;
	tree)
		printf 'root,@sudo * -\n* * case\n' >"$CONF"
		if [[ $input == "= "* ]]; then
			printf '%b\n' "${input#= }"
		else
			cat "$SCRATCH/small.fstab"
			printf '%b\n' "$input"
		fi >"$TREES/case.fstab"
		;;
	stack) printf '%s%b\n' "$catalogue_head" "${input//'{}'/session required pam_nstree.so}" >/etc/pam.d/sshd ;;
	machine)
		catalogue_mend=${input##*;; }
		eval "${input% ;;*}" 2>/dev/null
		;;
	esac
}

# catalogue_in COMMAND...: in a user namespace of its own where $catalogue_limit is a limit of user_namespaces(7) such as
# max_pid_namespaces=0: the machine's own cannot be lowered everywhere.
catalogue_in() {
	local child
	[ "$catalogue_limit" ] || { "$@"; return; }
	# shellcheck disable=SC2016
	unshare --user --mount sh -c 'until [ "$(id -u)" = 0 ]; do sleep 0.01; done
		exec sh -c '\''echo "${0#*=}" >"/proc/sys/user/${0%=*}"; exec "$@"'\'' "$@"' sh "$catalogue_limit" "$@" &
	child=$!
	until echo 0 0 65536 >"/proc/$child/gid_map"; do sleep 0.01; done 2>/dev/null
	echo 0 0 65536 >"/proc/$child/uid_map"
	wait "$child"
}

# The login's outcome: refused, opens or host.
catalogue_login() {
	local output
	logger -t catalogue "catalogue: $1"
	output=$(catalogue_in "$BUILT/helpers/session" sshd alice 2>&1)
	if [[ $output != *"open: PAM_SUCCESS"* ]]; then
		echo refused
	elif [ "$(sed -n 's/^before: namespace //p' <<<"$output")" = "$(sed -n 's/^inside: namespace //p' <<<"$output")" ]; then
		echo host
	else
		echo opens
	fi
}

catalogue_explain() {
	local output
	if ! output=$(catalogue_in "$nstree" explain alice 2>&1); then
		echo refused
	else
		# The services' table has what the stack's own line says.
		catalogue_row=$(grep -E '^  sshd ' <<<"$output" | head -n 1)
		case $catalogue_row in
		"  sshd            - "*) echo host ;;
		"  sshd            none "*) echo refused ;;
		*) echo opens ;;
		esac
	fi
}

# Tries one line of the table KIND. Names that differ from what is expected are told with all outputs.
catalogue_try() {
	local kind=$1 name=$2 check=$3 explain=$4 login=$5 input=$6 words=$7
	local found explained opened out faults=""
	catalogue_good
	if ! catalogue_break "$kind" "$input"; then
		skip "$kind: $name" "this place does not let it be brought about"
		eval "$catalogue_mend"
		return
	fi
	out=$(catalogue_in "$nstree" check 2>&1)
	[ $? -lt 128 ] || faults+="check was ended by a signal; "
	explained=$(catalogue_explain)
	opened=$(catalogue_login "$kind: $name")
	eval "$catalogue_mend"
	found=ok
	grep -qE '(^|: )warning: ' <<<"$out" && found=warning
	grep -qE '(^|: )error: ' <<<"$out" && found=error
	if [ "$words" != - ]; then
		grep -E "(^|: )$check: " <<<"$out" | grep -qE -- "$words" || faults+="check lacks $check: $words; "
	fi
	[ "$check" != error ] || [ "$found" = error ] || faults+="check finds $found; "
	[ "$check" = error ] || [ "$found" != error ] || faults+="check finds an error; "
	[ "$explained" = "$explain" ] || faults+="explain says $explained, not $explain; "
	[ "$opened" = "$login" ] || faults+="the login is $opened, not $login; "
	out=$(grep -E '(^|: )(error|warning): ' <<<"$out")
	faults+=$(grep -E '(^|: )error: ' <<<"$out" | grep -vE "error: .*\b$catalogue_remedy\b" | sed 's/^/no remedy: /')
	faults+=$(grep -vE ' \[[a-z-]+\]$' <<<"$out" | grep . | sed 's/^/no code: /')
	# Of a stack, check names the file and line, which the module cannot know; but what they name it reads as the module.
	[ "$opened" != refused ] || [[ $kind = stack && $input != *[fe]=* ]] || catalogue_refused["$kind: $name"]=$(grep -E '(^|: )error: ' <<<"$out" | sed 's/error: //')
	[ -z "$faults" ]
	result $? "$kind: $name" "$faults
$out"
}

declare -A catalogue_refused=()
# Each refusal's sentence in the log is the start of one of check's, to the letter.
catalogue_check_log() {
	local line name=""
	while IFS= read -r line; do
		if [[ $line == *" catalogue: "* ]]; then
			name=${line##* catalogue: }
			continue
		fi
		[ "${catalogue_refused[$name]-}" ] || continue
		line=$(catalogue_sentence <<<"${line#*refused: }")
		[[ $'\n'$(catalogue_sentence <<<"${catalogue_refused[$name]}") == *$'\n'"$line"* ]]
		result $? "$name: the log has what check says" "log:   $line
check: ${catalogue_refused[$name]}"
	done < <(log_since | grep -E ' catalogue: |session of user [^ ]* refused: ')
}
# Without the place, which check may know better (the row's line); where nobody can be looked up, check asks for root.
catalogue_sentence() { sed -E "s,^/[^ ]*: ,,; s/^(cannot look up user) 'root'/\1 'alice'/"; }

# What explain draws, beside what it says.
catalogue_draw() {
	local out
	catalogue_good
	echo '/srv/missing /mnt none bind,nosuid,nofail,X-mount.mkdir' >>"$TREES/small.fstab"
	out=$("$nstree" explain alice)
	like "$out" "/mnt +/srv/missing \(missing\) +none" "explain: a row that sessions do without is marked"
	is "$(grep -c '(missing)' <<<"$out")" 1 "explain: and no other"
	is "$("$nstree" explain --json alice | tr -d '\n ' | grep -o '"missing":true' | wc -l)" 1 "explain: in its JSON as well"
	catalogue_good
}

# A session, and another filesystem on the host where one of its rows was taken from.
catalogue_refresh() {
	local out pid
	catalogue_good
	echo '/srv/cat/group /mnt none bind,nosuid,X-mount.mkdir' >>"$TREES/small.fstab"
	mount -t tmpfs first /srv/cat/group
	"$nstree" run alice -- sleep 60 >/dev/null 2>&1 &
	pid=$!
	# shellcheck disable=SC2016
	until_true 20 sh -c '"$0" list | grep -q alice' "$nstree"
	unlike "$("$nstree" refresh)" "failed" "refresh: nothing to say while the host has the same"
	umount /srv/cat/group
	mount -t ramfs second /srv/cat/group
	out=$("$nstree" refresh)
	like "$(tr -s ' \n' ' ' <<<"$out")" "removed /mnt mounted /mnt" "refresh: another filesystem on the host is mounted instead"
	kill "$pid"
	wait "$pid" 2>/dev/null
	umount /srv/cat/group
	catalogue_good
}

# A shipped tree without the host's network: the rows that such sessions lack do not leak.
catalogue_network() {
	printf 'root * -\n* * host-ro net=none\n' >"$CONF"
	unlike "$("$nstree" check --no-try 2>&1)" "network-leak" "network: rows with x-nstree.net=host leak nothing"
	sed 's/x-nstree.net=host/nosuid/' /usr/share/nstree/host-ro.fstab >"$TREES/leaky.fstab"
	printf 'root * -\n* * leaky net=none\n' >"$CONF"
	like "$("$nstree" check --no-try 2>&1)" "leaky.fstab:[0-9]+: warning: .*network-leak" "network: (the control: without it they do)"
	rm "$TREES/leaky.fstab"
	catalogue_good
}

# catalogue_run [KIND]...
catalogue_run() {
	local kind line
	[ $# != 0 ] || set -- policy tree stack machine
	for kind; do
		while IFS= read -r line; do
			[[ $line != "#"* && $line ]] || continue
			local -a fields=()
			while [[ $line == *" :: "* ]]; do
				fields+=("${line%% :: *}")
				line=${line#* :: }
			done
			fields+=("$line")
			[ ${#fields[@]} = 6 ] || { result 1 "$kind: ${fields[0]}" "six fields are wanted, ${#fields[@]} found"; continue; }
			catalogue_try "$kind" "${fields[0]}" "${fields[1]}" "${fields[2]}" "${fields[3]}" "${fields[4]}" "${fields[5]}"
		done <"$catalogue/$kind"
	done
	catalogue_good
}

# The same fault of many users: one message, that counts each of them once, by whatever item of the rule and service.
catalogue_crowd() {
	local out
	cp /etc/passwd "$catalogue_dir/passwd.kept"
	cp /etc/group "$catalogue_dir/group.kept"
	for i in {1..300}; do printf 'many%03d:x:%d:100::/srv/absent/many%03d:/bin/sh\n' "$i" $((7000 + i)) "$i"; done >>/etc/passwd
	printf 'many:x:7000:%s\n' "$(printf 'many%03d,' {1..299})many300" >>/etc/group
	printf '@many,7000:7999 sshd,su small\n* * -\n' >"$CONF"
	out=$($nstree check 2>&1)
	is "$(grep -c "'/srv/absent/.*does not exist" <<<"$out")" 1 "the same fault of 300 users is one message"
	like "$out" "'/srv/absent/many001' does not exist.* \(300 users: many001, many002, many003, \.\.\.\)" "... that counts each of them once"
	cp "$catalogue_dir/passwd.kept" /etc/passwd
	cp "$catalogue_dir/group.kept" /etc/group
	catalogue_good
}
