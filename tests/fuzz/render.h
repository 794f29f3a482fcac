/* SPDX-License-Identifier: BSD-3-Clause */
/* A tree as the text of a tree file, for the fuzz target alone: what is read back must be equal. */
#ifndef NSTREE_FUZZ_RENDER_H
#define NSTREE_FUZZ_RENDER_H

#include <stdbool.h>

#include "tree.h"

/*
 * Writes TREE into *TEXT, which is the caller's, for free(3), a row a line. Returns whether
 * tree_parse() can read it back: a value with a quote in it cannot be written in every place.
 */
bool render_tree(const struct tree *tree, char **text);

#endif
