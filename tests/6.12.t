#!/bin/bash
# The end-to-end tests on 6.12, which has no OPEN_TREE_NAMESPACE: unshare and pivot_root.
# prove shows a test's output when it ends; what is being run goes to standard error meanwhile.
set -o pipefail
"$(dirname "$0")/vm/run" --kernel 6.12 --timeout 4200 tests/e2e/run pivot |
	tee >(sed -nu 's/^# \([a-z]*\)$/6.12: \1 .../p' >&2)
