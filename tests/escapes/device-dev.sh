# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: nodes like `/dev/mem` and the disks' through the tree's `/dev`
# closed by: nstree.dev: null, zero, full, random, urandom, tty, ptmx, and no more
# isolate: -
# kernel: 6.12

control() { in_session private-tmp isolate=none; }
attempt() {
	local found
	found=$(find /dev \( -type b -o -type c \) | grep -vE '^/dev/(null|zero|full|random|urandom|tty|ptmx|pts/([0-9]+|ptmx))$')
	[ -z "$found" ] || echo "ESCAPED:" $found
}
