# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: an abstract socket of the host's
# closed by: another network namespace. With `tcp=` the default `ptrace`
# isolate: net=none net=NAME
# kernel: 6.12

attempt() {
	try connect @escape-net
}
