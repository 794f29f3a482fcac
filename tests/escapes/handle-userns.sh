# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: `setns()` by nsfs handles to a user namespace and its mount namespace that the user made outside: no process is traced
# closed by: no `setns()` to what is or may be a user namespace (seccomp). Without the word: the kernel, seen on 7.0 and 7.3; it is open on 6.18.15
# isolate: userns
# kernel: 6.12
# needs: 6.18

control_as=root
attempt() {
	try join "$ns_mount_handle" "$ns_user_handle"
}
