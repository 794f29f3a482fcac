/* SPDX-License-Identifier: BSD-3-Clause */
/* The console of a session in a tree with devices of its own. */
#ifndef NSTREE_TERMINAL_ROW_H
#define NSTREE_TERMINAL_ROW_H

#include "error.h"
#include "subject.h"
#include "tree.h"

/*
 * Adds to TREE a row for SUBJECT's console (subject_has_console()), where it has an nstree.dev row
 * and none that shows it: login(1) opens its terminal again inside the tree. Returns 0 or -ENOMEM.
 */
int terminal_row_add(struct tree *tree, const struct subject *subject, struct error *error);

#endif
