#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# tests/run itself, on a project of a few tests whose machines are a shell script: each test runs once, and
# anything that goes wrong is a failure.
cd "$(dirname "$0")/.." || exit 1
. tests/tap.sh
top=$PWD work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset MAKEFLAGS MAKELEVEL ESCAPES_ONLY ESCAPES_TREES FUZZ_SECONDS

# is GOT WANTED NAME; like TEXT REGEX NAME
is() {
	[ "$1" = "$2" ]
	result $? "$3" "got:    $1
wanted: $2"
}
like() {
	grep -qE -- "$2" <<<"$1"
	result $? "$3" "text:  $1
lacks: $2"
}

# project: a new one. Its machine takes part in what $work/machine says: a test's name and what it does there.
project() {
	rm -rf "$work/project"
	mkdir -p "$work/project"/{tests/{unit,e2e,escapes,vm},build/unit,build/sanitizers/unit,src}
	cd "$work/project" || exit
	cp "$top/tests/run" tests/
	touch tests/unit/test_one.c tests/e2e/{long,short,both}.test tests/escapes/{a-1,a-2,b-1}.sh src/file.c
	printf '# Newest alone.\n# kernels: newest\n\n' >tests/e2e/here.test
	printf 'src/*.c unit/* short\ntests/e2e/*.test @\ntests/*.t @\n' >tests/affected
	printf '5 newest/short\n90 newest/long\n' >tests/times
	printf '#!/bin/sh\necho "ok 1 - fine"\necho 1..1\n' | tee tests/lint.t >build/unit/test_one
	cp build/unit/test_one build/sanitizers/unit/
	chmod +x tests/lint.t build/unit/test_one build/sanitizers/unit/test_one
	printf '%s:\n' all units sanitizers-build vm-build fuzz-build >Makefile
	: >"$work/ran"
	cat >tests/vm/run <<-'EOF'
		#!/bin/bash
		[ ! -e tests/vm/broken ] || exit 125
		kernel=$3
		echo "boot $kernel" >>"$RAN"
		echo "noise of the set-up"
		while echo "# next" && read -r name && [ "$name" ]; do
			echo "$kernel/$name $ESCAPES_ONLY" >>"$RAN"
			echo "ok 1 - $kernel $name"
			case $(cat "tests/e2e/$name.test") in
			fails) printf 'not ok 2 - it fails\n# got:    1\n# wanted: 2\n'; echo 1..2 ;;
			dies) exit 1 ;;
			silent) ;;
			waits) sleep 300 ;;
			*) echo 1..1 ;;
			esac
		done
	EOF
	chmod +x tests/vm/run
}

# checked ARGUMENT...: runs it; what it said is $said and its status $status. One that does not end fails, too.
checked() {
	status=0
	said=$(RAN=$work/ran timeout 300 tests/run "$@" 2>&1) || status=$?
}
ran() { sed 's/ *$//' "$work/ran" | grep "$1" | LC_ALL=C sort | paste -sd' '; }

project
is "$(tests/run list | paste -sd' ')" "lint unit/test_one sanitizers/test_one newest/both 6.12/both newest/here \
newest/long 6.12/long newest/short 6.12/short" "every test has a name, and one for the newest kernel has one"
checked all
is "$status $(ran /)" "0 6.12/both 6.12/long 6.12/short newest/both newest/here newest/long newest/short" \
	"every end-to-end test runs once on its kernel, and all is well"
like "$said" '^build/check/lint.tap ' "lint runs"
like "$said" '^build/check/unit/test_one.tap ' "and unit tests"
like "$said" '^build/check/sanitizers/test_one.tap ' "and with the sanitizers"
is "$(grep -m 1 newest/ "$work/ran" | sed 's/ *$//')" newest/long "the longest is the first"
is "$("$top/tests/names" <<<"$said" | paste -sd,)" \
	"6.12 both,6.12 long,6.12 short,fine,fine,fine,newest both,newest here,newest long,newest short" \
	"tests/names finds the names in what was printed"
is "$(cut -d' ' -f2 build/check/times | paste -sd' ')" "6.12/both 6.12/long 6.12/short lint newest/both newest/here \
newest/long newest/short sanitizers/test_one unit/test_one" "the times are kept"

project
checked for src/file.c
is "$status $(ran /) $(find build/check -name "*.tap" | wc -l)" "0 6.12/short newest/short 3" \
	"for FILE: what the table says, no more"
checked for src/file.c tests/lint.t new/file
is "$(find build/check -name '*.tap' | wc -l)" 10 "for a file that the table does not know: everything"

project
touch tests/e2e/{smoke,escapes}.test
echo 'tests/escapes/* escapes' >>tests/affected
checked for tests/escapes/a-2.sh
is "$status $(ran newest/)" "0 newest/escapes a-2.sh" "for one way out: that one"
: >"$work/ran"
checked fast
is "$status $(ran /)" "0 newest/escapes a-1.sh b-1.sh newest/smoke a-1.sh b-1.sh" "fast: one way out of each family"

project
echo fails >tests/e2e/both.test
checked all
is "$status" 1 "a test that fails"
like "$said" '^build/check/newest/both.tap +\(Wstat' "is in the summary"
is "$(tail -n 3 <<<"$said" | paste -sd' ')" "# newest/both: not ok 2 - it fails # got:    1 # wanted: 2" \
	"and the last lines say which, and what was wrong"
is "$(ran newest/)" "newest/both newest/here newest/long newest/short" "and the others have run"

project
echo dies >tests/e2e/long.test
checked all
is "$status" 1 "a machine that ends during a test"
like "$said" '^not ok - newest/long: the machine ended first, status 1$' "is that test's failure"
is "$(ran newest/)" "newest/both newest/here newest/long newest/short" "and another machine takes the others"

project
echo silent >tests/e2e/short.test
checked all
is "$status" 1 "a test without a plan is a failure"
is "$(tail -n 1 <<<"$said")" "# newest/short: it did not end" "and the last line says so"

project
touch tests/vm/broken
checked all
is "$status $(grep -c '^not ok - .*no machine came up' <<<"$said")" "1 14" "no machine: every test of it has failed"

project
printf '%s:\n\tfalse\n' all vm-build >>Makefile
checked all
is "$status" 1 "a build that fails"
like "$said" '^not ok 1 - make vm-build$' "is a failure, of the machines"
like "$said" '^not ok 1 - make -j [0-9]+ all units$' "and of this host"

project
printf '#!/bin/sh\necho "ok 1 - fine"\necho 1..1\nexit 3\n' >tests/lint.t
checked all
is "$status" 1 "a test that says ok and ends with another status is a failure"

project
echo waits >tests/e2e/long.test
RAN=$work/interrupted tests/run only newest/long >/dev/null 2>&1 &
runner=$!
for ((tries = 300; tries > 0; tries--)); do
	! grep -qs long "$work/interrupted" || break
	sleep 0.1
done
kill "$runner"
wait "$runner"
is "$?" 130 "an interrupt ends the runner"
processes() { grep -lsF "RAN=$work/interrupted" /proc/[0-9]*/environ | wc -l; }
for ((tries = 300; tries > 0 && $(processes); tries--)); do sleep 0.1; done
is "$(processes)" 0 "and all that it started"

cd "$top" || exit
left_out() { CI=$1 bash -c '. tests/tap.sh; needing "sh no-such-tool" false "a test"; finish'; }
is "$(left_out "")" "ok 1 - a test # SKIP no-such-tool is missing: 'sudo make deps' installs it
1..1" "a test whose tool is missing is left out, with the reason"
is "$(left_out true)" "not ok 1 - a test
# no-such-tool is missing: 'sudo make deps' installs it
1..1" "and has failed in CI"
finish
