# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: nodes like `/dev/mem` and the disks' through the tree's `/dev`
# closed by: nstree.dev: null, zero, full, random, urandom, tty, ptmx, and no more
# isolate: -
# kernel: 6.12
# by design: private-tmp hpc: the host's own `/dev`

control="private-tmp isolate=none"
attempt() {
	try nodes
}
