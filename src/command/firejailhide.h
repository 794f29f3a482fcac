/* SPDX-License-Identifier: BSD-3-Clause */
/* What a profile of firejail(1) covers: rows that hide, empty or replace. */
#ifndef NSTREE_FIREJAILHIDE_H
#define NSTREE_FIREJAILHIDE_H

#include "firejailtree.h"

/* Adds the rows for blacklist, tmpfs and bind, and for what other commands hide. */
void firejailhide_add(struct firejail_tree *tree);

#endif
