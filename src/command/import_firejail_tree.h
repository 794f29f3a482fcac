/* SPDX-License-Identifier: BSD-3-Clause */
/* The tree that a profile of firejail(1) makes of the host's own. */
#ifndef NSTREE_IMPORT_FIREJAIL_TREE_H
#define NSTREE_IMPORT_FIREJAIL_TREE_H

#include <stdbool.h>

#include "firejailprofile.h"
#include "import_row.h"

/* Whether the command NAME is about files, and import_firejail_tree() takes it. */
bool import_firejail_has(const char *name);

/*
 * Writes the rows for PROFILE to TEXT. Returns 1 where one of them needs IMPORT_SANDBOX_HIDDEN, 0,
 * or -ENOMEM.
 */
int import_firejail_tree(const struct import_text *text, const struct firejail_profile *profile);

#endif
