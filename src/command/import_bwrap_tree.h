/* SPDX-License-Identifier: BSD-3-Clause */
/* The tree that a bwrap(1) command line builds, row by row. */
#ifndef NSTREE_IMPORT_BWRAP_TREE_H
#define NSTREE_IMPORT_BWRAP_TREE_H

#include <stdbool.h>

#include "bwrapops.h"
#include "import_row.h"

/*
 * Writes the rows for OPS, whose `left_out` it sets, to TEXT. Returns whether one of them needs
 * IMPORT_SANDBOX_HIDDEN.
 */
bool import_bwrap_tree(const struct import_text *text, struct bwrapops *ops);

/* Notes that there is nothing for OP: its option, its arguments, and WORDS. */
void import_bwrap_note(const struct import_text *text, const struct bwrap_op *op,
		       const char *words);

#endif
