# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: the user's keyring (`@u`), with what processes outside keep there
# closed by: not closed: the kernel has one for each uid; keep secrets in the session keyring. In a user namespace of its own a session would see another
# isolate: -
# kernel: 6.12

attempt() {
	try key -4
}
