#!/bin/bash
# What is checked by reading alone: the manual pages, the layout of the code, addresses in scripts.
cd "$(dirname "$0")/.." || exit 1
number=0 failures=0

# check NAME COMMAND...: the command must succeed and print nothing.
check() {
	local name=$1 output
	shift
	number=$((number + 1))
	if output=$("$@" 2>&1) && [ -z "$output" ]; then
		echo "ok $number - $name"
	else
		failures=$((failures + 1))
		echo "not ok $number - $name"
		printf '%s\n' "$output" | sed 's/^/# /'
	fi
}

no_addresses() {
	! git grep -nIE '(deb|security|ftp|snapshot)\.debian\.org|https?://[a-z]' -- \
		Makefile .ci tests bench conf ':!tests/lint.t'
}

# Another version of clang-format lays out other code: only the one the project was laid out with.
layout() {
	clang-format --version 2>/dev/null | grep -q 'version 14\.' || return 0
	git ls-files '*.[ch]' | xargs clang-format --dry-run --Werror
}

exports_two() {
	nm -D --defined-only build/pam_nstree.so | awk '{ print $3 }' | sort |
		diff - <(printf 'pam_sm_close_session\npam_sm_open_session\n')
}

# The table is printed by tests/escapes/table from the heads of the files.
escapes_told() {
	sed -n '/^| # |/,$p' docs/escapes.md | diff - <(tests/escapes/table)
}

# completes COMMAND-LINE WORDS: what bash completion offers at its end.
completes() {
	diff <(tests/completion "$1") <(printf '%s ' $2)
}

zsh_reads() {
	! command -v zsh >/dev/null || zsh -n completions/_nstree
}

# Every command of nstree, and every option of each, is known to both completions.
completions_know_all() {
	local command option
	for command in $(build/nstree --help | sed -n 's/^  nstree \([a-z]*\) .*/\1/p'); do
		tests/completion "nstree " | grep -qw "$command" || echo "bash: no $command"
		grep -q "'\?$command:" completions/_nstree || echo "zsh: no $command"
		for option in $(build/nstree "$command" --help | sed -n 's/^  --\([a-z-]*\).*/--\1/p'); do
			tests/completion "nstree $command --" | grep -qw -e "$option" || echo "bash: no $command $option"
			grep -q -e "$option" completions/_nstree || echo "zsh: no $option"
		done
	done
}

for page in man/*.[1-8]; do
	check "$page has no fault that mandoc knows" mandoc -T lint -W style "$page"
done
check "the code is laid out as .clang-format says" layout
check "no script names a package host" no_addresses
check "the module exports its two symbols and no more" exports_two
check "docs/escapes.md has what the files of tests/escapes say" escapes_told
check "completion: commands" completes "nstree ex" explain
check "completion: options" completes "nstree check --" "--conf --help --json --kernel --no-color --pam --version"
check "completion: users" completes "nstree run roo" root
check "completion: after the user nothing" completes "nstree explain root " ""
check "completion: services" completes "nstree explain root --service othe" other
check "completion: files" completes "nstree check --conf /etc/hostn" /etc/hostname
check "completion: the command to run" completes "nstree run root -- cat /etc/hostn" /etc/hostname
check "completion: every command and option is known" completions_know_all
check "completion: zsh can read its own" zsh_reads
echo "1..$number"
[ "$failures" = 0 ]
