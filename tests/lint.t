#!/bin/bash
# Static checks: the manual pages, the layout of the code, addresses in scripts.
cd "$(dirname "$0")/.." || exit 1
. tests/tap.sh

# check NAME COMMAND...: the command must succeed and print nothing.
check() {
	local name=$1 output
	shift
	output=$("$@" 2>&1) && [ -z "$output" ]
	result $? "$name" "$output"
}

no_addresses() {
	! git grep -nIE '(deb|security|ftp|snapshot)\.debian\.org|https?://[a-z]' -- \
		Makefile .ci tests bench conf ':!tests/lint.t'
}

# Another version of clang-format lays out other code: only the one the project was laid out with.
formatter() {
	local tool
	for tool in clang-format-14 clang-format; do
		! "$tool" --version 2>/dev/null | grep -q 'version 14\.' || { echo "$tool" && return; }
	done
	return 1
}
laid_out() { git ls-files '*.[ch]' | xargs "$(formatter)" --dry-run --Werror; }
known_to_apt() { apt-cache show --no-all-versions "$1" >/dev/null 2>&1; }
check_layout() {
	local name="the code is laid out as .clang-format says"
	if formatter >/dev/null; then
		check "$name" laid_out
	elif known_to_apt clang-format && ! known_to_apt clang-format-14; then
		skip "$name" "this system's archive has no clang-format 14, and others lay out other code"
	else
		left_out "$name" "clang-format 14 is missing: 'sudo make deps' installs it"
	fi
}

exports_two() {
	nm -D --defined-only build/pam_nstree.so | awk '{ print $3 }' | sort |
		diff - <(printf 'pam_sm_close_session\npam_sm_open_session\n')
}

versions() {
	sed -n 's/^## //p' NEWS.md | head -n 1
	sed -n 's/^pam-nstree (\(.*\)) .*/\1/p' debian/changelog | head -n 1
	sed -n '/^%changelog/,$s/^\* .* - \(.*\)-[0-9]*$/\1/p' rpm/pam_nstree.spec | head -n 1
	sed -n 's/^\.Os pam_nstree //p' man/*.[1-8]
}
versions_agree() {
	[ "$(versions | wc -l)" = $((3 + $(ls man/*.[1-8] | wc -l))) ] || echo "a file has no version"
	versions | grep -vxF "$(sed -n 's/^VERSION = //p' Makefile)"
	true
}

# The table is printed by tests/escapes/table from the heads of the files.
escapes_told() {
	sed -n '/^| # |/,$p' docs/escapes.md | diff - <(tests/escapes/table)
	sed -n '/^| family |/,/^$/p' docs/security-tests.md | diff - <(tests/escapes/table trees; echo)
	sed -n '/^| way |/,/^$/p' docs/security-tests.md | diff - <(tests/escapes/table doors; echo)
}

# completes COMMAND-LINE WORDS: what bash completion offers at its end.
completes() {
	diff <(tests/completion "$1") <(printf '%s ' $2)
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

# The lines that are wider than a terminal of 80 columns, as both programs format PAGE.
wide_lines() {
	{
		mandoc -T ascii -O width=78 "$1"
		groff -t -mandoc -rLL=78n -T ascii -P -cbou "$1"
	} | sed 's/.\x08//g' | awk 'length > 80'
}

# "code meaning", a line each: as the manual has them, and as the command prints them.
codes_of_manual() {
	sed -n '/^\.Ss Codes/,/^\.El/p' man/nstree.8 |
		awk '/^\./ { if (text) print text; text = ""; if (/^\.It Li /) text = $3; next } text { text = text " " $0 }'
}
codes_of_command() {
	build/nstree help codes | awk '!/^ / { if (text) print text; text = $0; next } { sub(/^ */, ""); text = text " " $0 }
		END { print text }'
}
manual_has_codes() { diff <(codes_of_manual) <(codes_of_command); }
# The other way round, a code without an entry: tests/unit/test_codes.c.
codes_are_printed() {
	local code
	for code in $(grep -o '\bCODE_[A-Z_]*' src/base/errorcode.h | grep -v '^CODE_NONE$'); do
		git grep -qw "$code" -- 'src/*.c' ':!src/command/codes.c' || echo "nothing is reported as $code"
	done
}

for page in man/*.[1-8]; do
	needing mandoc check "$page has no fault that mandoc knows" mandoc -T lint -W style "$page"
	needing groff check "$page has no fault that groff knows" groff -t -mandoc -ww -z "$page"
	needing "groff mandoc" check "$page fits 80 columns" wide_lines "$page"
done
check "nstree(8) has the codes of messages as 'nstree help codes' prints them" manual_has_codes
check "every code of messages is one that something is reported as" codes_are_printed
check_layout
check "no script names a package host" no_addresses
check "the changelogs, NEWS.md and the manuals have the version of the Makefile" versions_agree
needing nm check "the module exports its two symbols and no more" exports_two
check "tests/affected: every pattern has files, every word tests, and every test a line" tests/run table
check "docs/escapes.md and docs/security-tests.md have what the files of tests/escapes say" escapes_told
check "completion: commands" completes "nstree ex" explain
check "completion: options" completes "nstree check --" "--conf --help --json --kernel --no-color --no-try --pam --root --version"
check "completion: users" completes "nstree run roo" root
check "completion: after the user nothing" completes "nstree explain root " ""
check "completion: services" completes "nstree explain root --service othe" other
check "completion: files" completes "nstree check --conf /etc/hostn" /etc/hostname
check "completion: the command to run" completes "nstree run root -- cat /etc/hostn" /etc/hostname
check "completion: every command and option is known" completions_know_all
needing zsh check "completion: zsh can read its own" zsh -n completions/_nstree
finish
