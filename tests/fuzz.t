#!/bin/bash
# Every fuzz target reads its corpus, then for FUZZ_SECONDS (20; 0: only the corpus) inputs that libFuzzer generates
# from it. New inputs are kept in build/fuzz/new, failing ones in build/fuzz/failed. Needs `make fuzz-build`.
cd "$(dirname "$0")/.." || exit 1
seconds=${FUZZ_SECONDS:-20}
number=0 failures=0
# Memory that is kept from being used again is taken from the machine at every turn: less of it is faster.
export ASAN_OPTIONS=${ASAN_OPTIONS:-quarantine_size_mb=16}

# run NAME TARGET ARGUMENT...: the target ends well.
run() {
	local name=$1 target=$2 log=build/fuzz/$2.log
	shift 2
	number=$((number + 1))
	if timeout -k 10 $((seconds + 300)) "build/fuzz/fuzz_$target" -dict="tests/fuzz/$target.dict" \
		-timeout=10 -rss_limit_mb=2048 -max_len=8192 -print_final_stats=1 \
		-artifact_prefix="build/fuzz/failed/$target-" "$@" >"$log" 2>&1; then
		echo "ok $number - $name"
	else
		failures=$((failures + 1))
		echo "not ok $number - $name"
		grep -v '^#[0-9]' "$log" | tail -n 60 | sed 's/^/# /'
	fi
	sed -n "s/^stat::number_of_executed_units: *\(.*\)/# $target: \1 executions/p" "$log"
}

for source in tests/fuzz/fuzz_*.c; do
	target=${source#tests/fuzz/fuzz_}
	target=${target%.c}
	run "$target: the corpus holds" "$target" -runs=0 "tests/fuzz/corpus/$target" conf
	[ "$seconds" = 0 ] || run "$target: $seconds seconds of random input hold" "$target" -max_total_time="$seconds" \
		"build/fuzz/new/$target" "tests/fuzz/corpus/$target" conf
done
echo "1..$number"
[ "$failures" = 0 ]
