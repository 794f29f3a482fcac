# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: a service of the host at 127.0.0.1, by TCP
# closed by: another network namespace, in which the service is not; a Landlock domain with other ports
# isolate: net=none net=NAME tcp=
# kernel: 6.12

attempt() {
	try net-connect tcp
}
