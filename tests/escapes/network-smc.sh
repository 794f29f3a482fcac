# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: a service of the host by AF_SMC, which falls back to TCP
# closed by: a seccomp filter of `socket()`
# isolate: net=none net=NAME tcp=
# kernel: 6.12
# needs: smc

attempt() {
	try net-connect smc
}
