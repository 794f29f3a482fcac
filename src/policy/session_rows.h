/* SPDX-License-Identifier: BSD-3-Clause */
/* The rows that a session's tree has besides those of its file. */
#ifndef NSTREE_SESSION_ROWS_H
#define NSTREE_SESSION_ROWS_H

#include "error.h"
#include "network.h"
#include "subject.h"
#include "tree.h"

/*
 * Adds to TREE what NETWORK (network_rows_add()), SUBJECT's console (terminal_row_add()) and this
 * host's SELinux (selinux_rows_add()) need of it. Returns 0 or negative errno.
 */
int session_rows_add(struct tree *tree, const struct subject *subject,
		     const struct network *network, struct error *error);

#endif
