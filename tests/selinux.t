#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# SELinux, enforcing, with Debian's policy, systemd and sshd: sessions have the domain and the labels that they have
# without a tree, and nothing is refused that is not refused without one. With SELINUX=all (`make selinux`) the
# parts that take long, too.
cd "$(dirname "$0")/.." || exit 1
exec tests/vm/run --selinux enforcing --timeout 2400 env SELINUX="${SELINUX-}" tests/selinux/run
