# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: a socket and a connection by io_uring(7)
# closed by: a seccomp filter of `io_uring_setup()`
# isolate: net=none net=NAME tcp=
# kernel: 6.12

attempt() {
	try net-connect tcp uring
}
