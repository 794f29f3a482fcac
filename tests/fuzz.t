#!/bin/bash
# Every fuzz target reads its corpus, then inputs that libFuzzer makes from it. Needs `make fuzz-build`.
#   FUZZ_SECONDS not set   the same inputs at every run of the same program: a change that passed here passes elsewhere
#   FUZZ_SECONDS=N         other inputs each time, for N seconds; new ones are kept in build/fuzz/new
#   FUZZ_SECONDS=0         only the corpus
# An input that fails is kept in build/fuzz/failed.
cd "$(dirname "$0")/.." || exit 1
seconds=${FUZZ_SECONDS-}
number=0 failures=0
# Memory that is kept from being used again is taken from the machine at every turn: less of it is faster.
export ASAN_OPTIONS=${ASAN_OPTIONS:-quarantine_size_mb=16}

# run NAME TARGET ARGUMENT...: the target ends well.
run() {
	local name=$1 target=$2 log=build/fuzz/$2.log
	shift 2
	number=$((number + 1))
	if timeout -k 10 $((${seconds:-0} + 300)) setarch -R "build/fuzz/fuzz_$target" -dict="tests/fuzz/$target.dict" \
		-timeout=10 -rss_limit_mb=2048 -max_len=8192 -print_final_stats=1 \
		-artifact_prefix="build/fuzz/failed/$target-" "$@" >"$log" 2>&1; then
		echo "ok $number - $name"
	else
		failures=$((failures + 1))
		echo "not ok $number - $name"
		# What failed comes first, with the input: a summary has room for some lines.
		{ grep -aE 'does not hold|ERROR: |SUMMARY: |^Base64: ' "$log" && grep -av '^#[0-9]' "$log" | tail -n 60; } |
			sed 's/^/# /'
	fi
	sed -n "s/^stat::number_of_executed_units: *\(.*\)/# $target: \1 executions/p" "$log"
}

# same_inputs TARGET: libFuzzer makes the same inputs if it gets the same number, files in the same order, and (setarch
# -R, above) has its memory at the same addresses. Some 20 seconds each: a tree is read much more slowly than the others.
same_inputs() {
	local runs=20000
	[ "$1" != tree ] || runs=3000
	find "tests/fuzz/corpus/$1" conf -type f | LC_ALL=C sort | paste -sd, >"build/fuzz/$1.files"
	run "$1: $runs inputs hold" "$1" -seed=1 -runs="$runs" -seed_inputs="@build/fuzz/$1.files"
}

for source in tests/fuzz/fuzz_*.c; do
	target=${source#tests/fuzz/fuzz_}
	target=${target%.c}
	run "$target: the corpus holds" "$target" -runs=0 "tests/fuzz/corpus/$target" conf
	case $seconds in
	0) ;;
	"") same_inputs "$target" ;;
	*) run "$target: $seconds seconds of random input hold" "$target" -max_total_time="$seconds" \
		"build/fuzz/new/$target" "tests/fuzz/corpus/$target" conf ;;
	esac
done
echo "1..$number"
[ "$failures" = 0 ]
