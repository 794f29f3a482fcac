/* SPDX-License-Identifier: BSD-3-Clause */
/* A look at a tree's rows on this host, without mounting anything. */
#ifndef NSTREE_ROWS_H
#define NSTREE_ROWS_H

#include <stdbool.h>

#include "report.h"
#include "tree.h"

/*
 * Adds to REPORT what would refuse a session with TREE and ISOLATE, a set of enum isolate (a source
 * or target that is missing or of the wrong kind, an owner that is not trusted, a filesystem's
 * option that the kernel does not take), and what may not have been meant: a row that a later one
 * hides, doors left open, writable mounts with set-uid programs. What root alone may look at is a
 * note where this is not root.
 */
void rows_check(const struct tree *tree, unsigned isolate, struct report *report);

/* The last row before row INDEX of TREE that its target lies in; the root where none does. */
const struct row *rows_covering(const struct tree *tree, size_t index);

#endif
