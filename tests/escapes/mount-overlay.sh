# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: an overlay whose layer is a directory that is covered: a layer has none of the mounts in it, in a user namespace
# closed by: the kernel: refused where locked mounts lie on the layer; trees by inclusion have nothing covered
# isolate: -
# kernel: 6.12
# needs: overlay

control() { start_own_namespace 'mount -t tmpfs cover /var/tmp/escapes'; }
attempt() {
	try $userns overlay / var/tmp/escapes/secret
	try $userns overlay /var tmp/escapes/secret
	try $userns overlay /var/tmp escapes/secret
}
