/* SPDX-License-Identifier: BSD-3-Clause */
/* nstree import: the command line of bwrap(1) converted to a rule and a tree. */
#ifndef NSTREE_IMPORT_BWRAP_H
#define NSTREE_IMPORT_BWRAP_H

#include <stdbool.h>

#include "error.h"
#include "report.h"

/* Whether FILE can be read and has a command that runs bwrap. */
bool import_bwrap_is(const char *file);

/*
 * Reads the first command of FILE that runs bwrap, or where FILE is NULL the words of COMMAND up to
 * NULL, and writes a rule and a tree; as import_policy() does, and returns.
 */
int import_bwrap(const char *file, char *const *command, const char *directory,
		 struct report *report, struct error *error);

#endif
