/* SPDX-License-Identifier: BSD-3-Clause */
/* nstree check: who owns and may write the places of a tree that root's code is loaded from. */
#ifndef NSTREE_CHECK_PLACES_H
#define NSTREE_CHECK_PLACES_H

#include <stdbool.h>

#include "report.h"
#include "tree.h"

/*
 * Adds an error to REPORT where PLACE, a path that root's code is loaded from, would not be root's
 * in TREE, or could be written by others. A bind row is looked up on the host, and with BY_TEXT not
 * looked at. Nothing is added where the row that shows PLACE does not tell.
 */
void check_code_place(const struct tree *tree, const char *place, bool by_text,
		      struct report *report);

#endif
