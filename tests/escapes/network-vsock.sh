# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: a service of the host by vsock(7), whose addresses no network namespace separates
# closed by: a seccomp filter of `socket()`
# isolate: net=none net=NAME tcp=
# kernel: 6.12
# needs: vsock_loopback

attempt() {
	try net-connect vsock
}
