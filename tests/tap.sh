# SPDX-License-Identifier: BSD-3-Clause
# What the tests of tests/*.t share (". tests/tap.sh"): TAP, and tests that need a tool.
# shellcheck shell=bash

number=0 failures=0

# result STATUS NAME [DETAILS]: one TAP line, and the details where it failed.
result() {
	number=$((number + 1))
	if [ "$1" = 0 ]; then
		echo "ok $number - $2"
	else
		failures=$((failures + 1))
		echo "not ok $number - $2"
		printf '%s\n' "${3-}" | sed 's/^/# /'
	fi
}

skip() {
	number=$((number + 1))
	echo "ok $number - $1 # SKIP $2"
}

# left_out NAME REASON: skipped on somebody's own machine. With CI=true it has failed: nobody reads there what was
# skipped.
left_out() {
	if [ "${CI-}" = true ]; then
		result 1 "$1" "$2"
	else
		skip "$1" "$2"
	fi
}

# needing "TOOL..." COMMAND NAME [ARGUMENT]...: COMMAND, which tests NAME, where the tools are.
needing() {
	local tool tools=$1
	shift
	for tool in $tools; do
		command -v "$tool" >/dev/null || { left_out "$2" "$tool is missing: 'sudo make deps' installs it" && return; }
	done
	"$@"
}

finish() {
	echo "1..$number"
	[ "$failures" = 0 ]
	exit
}
