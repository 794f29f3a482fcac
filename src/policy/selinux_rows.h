/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What SELinux adds to a session's tree: /sys/fs/selinux and /etc/selinux, as the host has them,
 * and a /proc. sshd(8) and others compute the context of a user's process inside the tree; where
 * these files are missing or not the host's they fail, or find another context than on the host.
 */
#ifndef NSTREE_SELINUX_ROWS_H
#define NSTREE_SELINUX_ROWS_H

#include "error.h"
#include "tree.h"

/*
 * Adds to TREE, last, a row for each of them that it does not show already, where this host has
 * SELinux in use (selinux(8)); elsewhere it adds nothing. The rows have the file and line of the
 * tree's root. Returns 0 or -ENOMEM.
 */
int selinux_rows_add(struct tree *tree, struct error *error);

#endif
