# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: TCP Fast Open: a connection without `connect()`, by `sendto()` and `sendmsg()`
# closed by: another network namespace, in which the service is not; a seccomp filter of the flag
# isolate: net=none net=NAME tcp=
# kernel: 6.12

attempt() {
	try net-connect tcp sendto
	try net-connect tcp sendmsg
}
