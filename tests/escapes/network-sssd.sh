# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: a look-up that sssd(8) makes for the session
# closed by: the tree: `/var/lib/sss/pipes` is not in it
# isolate: net=none net=NAME
# kernel: 6.12

attempt() {
	try connect /var/lib/sss/pipes/nss
}
