/* SPDX-License-Identifier: BSD-3-Clause */
/* isolate=socket: which pathname sockets a session may connect to. */
#ifndef NSTREE_SOCKETS_H
#define NSTREE_SOCKETS_H

#include "assembly.h"
#include "error.h"
#include "tree.h"

/*
 * Allows the sockets that rows of TREE mount, and the files of the whole tree, in the Landlock
 * RULESET; ASSEMBLY has TREE's mounts. Returns 0 or negative errno.
 */
int sockets_allow_assembled(const struct assembly *assembly, const struct tree *tree, int ruleset,
			    struct error *error);

/*
 * The same for a session that joins a namespace whose root is the descriptor ROOT: of the sockets
 * in TREE's rows, those that are mounted there. Returns 0 or negative errno.
 */
int sockets_allow_mounted(const struct tree *tree, int root, int ruleset, struct error *error);

#endif
