#!/bin/bash
# The catalogue of faults: what nstree check and explain say of each is what a login gets (tests/catalogue). On this kernel,
# in namespaces of its own, where a line takes a tenth of a second.
cd "$(dirname "$0")/.." || exit 1
. tests/tap.sh

name="the catalogue of faults"
if [ "$(id -u)" != 0 ] || ! unshare --mount --pid --fork true 2>/dev/null; then
	skip "$name" "this needs root and namespaces"
	finish
elif ! [ -x build/vm-obj/helpers/session ] || ! [ -d build/vm/root/etc ]; then
	left_out "$name" "what the machines need is not built: 'make tests vm-build'"
	finish
fi
exec tests/catalogue/here
