#!/bin/bash
# The end-to-end tests on the newest kernel of the archive, with OPEN_TREE_NAMESPACE.
# prove shows a test's output when it ends; what is being run goes to standard error meanwhile.
set -o pipefail
"$(dirname "$0")/vm/run" --kernel newest --timeout 4200 tests/e2e/run native |
	tee >(sed -nu 's/^# \([a-z]*\)$/newest: \1 .../p' >&2)
