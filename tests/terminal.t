#!/bin/bash
# What nstree prints to a terminal: colours where it has them, and tables that fit. The tables need root, for a mount
# namespace with a policy of the test's own.
cd "$(dirname "$0")/.." || exit 1
. tests/tap.sh

if [ "${1-}" != inside ] && [ "$(id -u)" = 0 ] && unshare --mount true 2>/dev/null; then
	exec unshare --mount --propagation private tests/terminal.t inside
fi
nstree=build/nstree

# on_terminal COMMAND: what it prints to a terminal.
on_terminal() { SHELL=/bin/bash script -qec "$1" /dev/null </dev/null | tr -d '\r'; }
# colours NAME YES-OR-NO OUTPUT
colours() {
	local found=no
	[[ $3 != *$'\e'* ]] || found=yes
	[ "$found" = "$2" ]
	result $? "$1" "$3"
}
# fits NAME WIDTH OUTPUT: no line is wider, and there are lines.
fits() {
	local wide
	wide=$(LC_ALL=C.UTF-8 wc -L <<<"$3")
	[ "$wide" -le "$2" ] && [ "$(wc -l <<<"$3")" -gt 5 ]
	result $? "$1" "the widest line has $wide columns
$3"
}

all() {
	local command="$nstree help row-type"
	unset NO_COLOR COLUMNS
	colours "a terminal has colours" yes "$(TERM=xterm on_terminal "$command")"
	colours "TERM=dumb: none" no "$(TERM=dumb on_terminal "$command")"
	colours "no TERM: none" no "$(on_terminal "env -u TERM $command")"
	colours "NO_COLOR: none" no "$(NO_COLOR=1 TERM=xterm on_terminal "$command")"
	colours "--no-color: none" no "$(TERM=xterm on_terminal "$command --no-color")"
	colours "no terminal: none" no "$(TERM=xterm $command)"
	fits "help of a code: COLUMNS" 40 "$(COLUMNS=40 $command)"
	fits "help of a code: the terminal's width" 44 "$(on_terminal "stty cols 44; env -u TERM $command")"
	fits "help of a code: 80 columns where nobody says" 80 "$($nstree help codes)"
	fits "usage" 80 "$($nstree help)"
	for command in $($nstree help | sed -n 's/^  nstree \([a-z]*\) .*/\1/p'); do
		fits "usage of $command" 80 "$($nstree help "$command")"
	done
}

tables() {
	mount -t tmpfs -o mode=755 none /etc/security
	mkdir /etc/security/nstree.d
	cp conf/private-tmp.fstab /etc/security/nstree.d/mine.fstab
	echo '/srv/a-directory-with-a-long-name /srv/another-directory-with-a-long-name none bind,nofail,nosuid,nodev' \
		>>/etc/security/nstree.d/mine.fstab
	echo '* * mine' >/etc/security/nstree.conf
	# The tree's rows: what stands between its file and the next empty line.
	table() { sed -n '/^TARGET/,/^$/p'; }
	fits "the table of explain: COLUMNS" 70 "$(COLUMNS=70 $nstree explain daemon | table)"
	fits "the table of explain: the terminal's width" 70 "$(on_terminal "stty cols 70; TERM=dumb $nstree explain daemon" | table)"
	[[ $($nstree explain daemon | table) == *"none"*"bind,nosuid,nodev,nofail"* ]]
	result $? "the table of explain: whole, where nobody says how wide" "$($nstree explain daemon)"
}

needing script all colours
[ "${1-}" = inside ] && needing script tables tables || skip "tables" "this needs root and a mount namespace"
finish
