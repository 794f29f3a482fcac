# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# way: the working directory that the service had before
# closed by: the new namespace's root is the working directory of who enters it
# isolate: -
# kernel: 6.12

helper=(-D .)
control() { in_sandbox 'cd /srv/escapes; mount -t tmpfs cover /srv/escapes'; }
product() { cd /srv/escapes && in_session host-ro; }
attempt() {
	cat secret || "$way" up
}
