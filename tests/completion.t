#!/bin/bash
# What completion for bash, fish and zsh offers: the same words, with the trees of a directory of the test's own where
# that can be (root, in a mount namespace).
cd "$(dirname "$0")/.." || exit 1
. tests/tap.sh

if [ "${1-}" = inside ]; then
	mount -t tmpfs none /etc/security && mkdir /etc/security/nstree.d && touch /etc/security/nstree.d/lab-{one,two}.fstab
elif [ "$(id -u)" = 0 ] && unshare --mount true 2>/dev/null; then
	exec unshare --mount --propagation private tests/completion.t inside
fi
PATH=$PWD/build:$PATH

in_bash() { tests/completion "$1" | xargs; }
in_fish() { fish --no-config -c 'source completions/nstree.fish; complete -C $argv[1]' "$1" 2>&1 | cut -f 1 | sort | xargs; }
in_zsh() { tests/completion-zsh "$1" 2>&1 | xargs; }

# check SHELL COMMAND-LINE WORDS: the words that SHELL offers at its end.
check() {
	local got
	got=$("in_$1" "$2")
	[ "$got" = "$3" ]
	result $? "$1: $2" "got:    $got
wanted: $3"
}
# offers COMMAND-LINE WORDS
offers() {
	local shell
	for shell in bash fish zsh; do
		needing $shell check $shell "$@"
	done
}

commands=$(build/nstree --help | sed -n 's/^  nstree \([a-z][a-z]*\).*/\1/p' | sort | xargs)
offers "nstree ex" explain
offers "nstree " "$commands"
offers "nstree explain roo" root
offers "nstree explain --service sshd roo" root
offers "nstree show roo" root
offers "nstree check --pam othe" other
offers "nstree explain root --service othe" other
for shell in bash fish; do
	needing $shell check $shell "nstree import /etc/hostn" /etc/hostname
	needing $shell check $shell "nstree check --conf /etc/hostn" /etc/hostname
done
# (zsh offers what is to be put behind the directory.)
needing zsh check zsh "nstree import /etc/hostn" hostname
needing zsh check zsh "nstree check --conf /etc/hostn" hostname
offers "nstree help refr" refresh
offers "nstree help row-" "$(build/nstree help codes | grep '^row-' | sort | xargs)"
offers "nstree help code" codes
offers "nstree help unknown-u" unknown-user
[ ! -e /etc/security/nstree.d/lab-one.fstab ] || offers "nstree check lab-" "lab-one lab-two"
needing fish check fish "nstree explain root " ""
needing bash check bash "nstree explain root " ""
for command in $commands; do
	options=$(build/nstree "$command" --help | sed -n 's/^  --\([a-z-]*\).*/--\1/p' | sort | xargs)
	needing bash check bash "nstree $command --" "$([ "$command" != run ] || echo "-- ")$options"
	needing fish check fish "nstree $command --" "$options"
done
# (zsh knows --help and --version before the command; tests/lint.t looks for the options of each.)
needing zsh check zsh "nstree explain --" "--all --conf --env --from --json --no-color --service --tty --users"
finish
