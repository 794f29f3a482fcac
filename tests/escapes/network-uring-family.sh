# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: a socket of vsock(7) by io_uring(7), which a filter of `socket()` does not see
# closed by: a seccomp filter of `io_uring_setup()`
# isolate: net=none net=NAME tcp=
# kernel: 6.12
# needs: vsock_loopback

attempt() {
	try net-connect vsock uring
}
