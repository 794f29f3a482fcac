# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: a socket of another family, AF_ALG, which no network namespace separates
# closed by: a seccomp filter of `socket()`
# isolate: net=none net=NAME tcp=
# kernel: 6.12

attempt() {
	try net-family 38 5
}
