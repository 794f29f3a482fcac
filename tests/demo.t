#!/bin/bash
# The demo runs to its end, in a machine, and in namespaces on a kernel that has the feature.
log=$(mktemp)
trap 'rm -f "$log"' EXIT
"$(dirname "$0")/vm/run" --timeout 900 sh -c '
	before=$(cat /proc/self/mountinfo)
	tests/demo/place / tests/demo/story
	echo "in place: $?"
	[ "$before" = "$(cat /proc/self/mountinfo)" ] && echo "mounts: the same"
	tests/demo/story
	echo "in a machine: $?"' >"$log" 2>&1
number=0 failures=0
# found LINE NAME
found() {
	number=$((number + 1))
	if grep -qx "$1" "$log"; then
		echo "ok $number - $2"
	else
		failures=$((failures + 1))
		echo "not ok $number - $2"
	fi
}
found 'in place: 0' "the story, in namespaces on this kernel"
found 'mounts: the same' "the mounts there are the same afterwards"
found 'in a machine: 0' "the story, in a machine of its own"
echo "1..$number"
[ "$failures" = 0 ] || sed 's/^/# /' "$log"
[ "$failures" = 0 ]
