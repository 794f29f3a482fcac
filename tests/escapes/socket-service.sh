# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: the socket of a root's service in `/run`, as a container engine has
# closed by: the tree: no row has it
# isolate: -
# kernel: 6.12
# by design: private-tmp hpc (socket): the host's own `/run`

control="private-tmp isolate=none"
attempt() {
	try connect /run/escape-service.sock
}
