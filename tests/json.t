#!/bin/bash
# What --json prints is what docs/schema says, also where the policy is broken. Needs root, for a mount namespace in which
# the host's policy and records are hidden, and python3-jsonschema.
cd "$(dirname "$0")/.." || exit 1
. tests/tap.sh

inside() {
	mount -t tmpfs -o mode=755 none /run
	mkdir /run/kept
	cp -a /etc/security/. /run/kept 2>/dev/null
	mount --bind /run/kept /etc/security
	mkdir -p /etc/security/nstree.d
	cp conf/private-tmp.fstab /etc/security/nstree.d/mine.fstab
	printf '/ / none rbind\n/srv/absent /mnt none bind\nbroken\n' >/etc/security/nstree.d/broken.fstab
	printf 'mine / nstree.tree\n/srv/absent /mnt none bind\nnone /tmp nstree.none\n' >/etc/security/nstree.d/layered.fstab
	printf 'circle / nstree.tree\n' >/etc/security/nstree.d/circle.fstab
	policy=/etc/security/nstree.conf
	nstree=build/nstree
	echo '* * - ' >/etc/security/other.conf

	local words shown
	for words in '' '* *' '* * -' '* * mine' '* * broken' '* * layered' '* * circle' 'nosuchuser,@nosuch nosuch mine isolate=x' 'daemon * deny' \
		$'root * -\n* sshd mine share=user net=none\n* * -' $'* * mine\xff'; do
		printf '%s\n' "$words" >$policy
		printf -v shown %q "$words"
		valid "check, $shown" check check
		valid "check --no-try, $shown" check check --no-try
		valid "explain, $shown" explain explain daemon
		valid "explain of a user that does not exist, $shown" explain explain nosuchuser
		valid "explain --all, $shown" explain-all explain --all
		valid "explain --all --users, $shown" explain-all explain --all --users
		valid "diff, $shown" diff diff $policy /etc/security/other.conf
	done
	# To see sessions is for root alone.
	cp $nstree /run/kept/nstree
	nstree="setpriv --reuid 1 --regid 1 --clear-groups /run/kept/nstree"
	for words in "list list" "show show daemon" "refresh refresh" "refresh refresh daemon"; do
		valid "$words, not as root" $words
		has_code live-sessions
	done
	nstree=build/nstree
	valid "show, no such session" show show daemon
	has_code live-sessions
	rm $policy
	valid "check, no policy" check check
	has_code missing-policy
	valid "explain, no policy" explain explain daemon
	valid "explain --all, no policy" explain-all explain --all
	valid "diff, no policy" diff diff $policy /etc/security/other.conf
	valid "check --kernel" check-kernel check --kernel
	valid "check --pam" check-pam check --pam

	printf '* * mine isolate=none\n' >$policy
	valid "list, no session" list list
	mkdir -p /run/wait
	mkfifo /run/wait/fifo
	$nstree run daemon -- /bin/sh -c 'echo ready; exec sleep 1000' >/run/wait/fifo 2>/run/wait/error &
	session=$!
	read -r ready </run/wait/fifo
	is_ready=$ready
	[ "$is_ready" = ready ]
	result $? "a session to list" "$(cat /run/wait/error)"
	valid "list" list list
	valid "list --all" list list --all
	valid "show" show show daemon
	valid "refresh" refresh refresh daemon
	echo 'broken' >$policy
	valid "list, where the policy is broken" list list
	valid "refresh, where the policy is broken" refresh refresh daemon
	kill $session
	wait $session 2>/dev/null
	! tests/validate list <<<'{"format": 1, "sessions": [], "more": 1}' >/dev/null
	result $? "(a member that no schema knows is found)"
	! tests/validate list <<<'{"sessions": []}' >/dev/null
	result $? "(and one that is missing)"
	! tests/validate list <<<'{"format": 1, "findings": []}' >/dev/null
	result $? "(and a failure that does not say why)"
	finish
}

# valid NAME SCHEMA ARGUMENT...
valid() {
	local name=$1 schema=$2 output
	shift 2
	printed=$($nstree "$@" --json 2>&1)
	output=$(tests/validate "$schema" <<<"$printed" 2>&1)
	result $? "$name" "$output"
}
# What was printed last has a finding with CODE.
has_code() {
	[[ $printed == *"\"code\": \"$1\""* ]]
	result $? "(and says so, $1)" "$printed"
}

if [ "${1-}" = inside ]; then
	inside
elif ! python3 -c 'import jsonschema' 2>/dev/null; then
	left_out "--json and docs/schema" "python3-jsonschema is missing: 'sudo make deps' installs it"
	finish
elif [ "$(id -u)" != 0 ] || ! unshare --mount true 2>/dev/null; then
	skip "--json and docs/schema" "this needs root and a mount namespace"
	finish
else
	exec unshare --mount --propagation private tests/json.t inside
fi
