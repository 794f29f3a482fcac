/* SPDX-License-Identifier: BSD-3-Clause */
/* nstree check: rows that give access to sockets of services outside of the tree. */
#ifndef NSTREE_CHECK_SOCKETS_H
#define NSTREE_CHECK_SOCKETS_H

#include "report.h"
#include "tree.h"

/*
 * Adds a warning to REPORT where row INDEX of TREE shows a directory in which services listen that
 * start processes for a user. With ISOLATE_SOCKET in ISOLATE only a socket that is the row's own
 * source can be reached. Nothing is said of a root row that is the host's own tree.
 */
void check_sockets(const struct tree *tree, size_t index, unsigned isolate, struct report *report);

#endif
