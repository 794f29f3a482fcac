/* SPDX-License-Identifier: BSD-3-Clause */
/* nstree import: a profile of firejail(1) converted to a rule and a tree. */
#ifndef NSTREE_IMPORT_FIREJAIL_H
#define NSTREE_IMPORT_FIREJAIL_H

#include <stdbool.h>

#include "error.h"
#include "report.h"

/* Whether FILE has the name of a profile, or of a file that profiles include. */
bool import_firejail_is(const char *file);

/* Reads the profile FILE, and writes a rule and a tree; as import_policy() does, and returns. */
int import_firejail(const char *file, const char *directory, struct report *report,
		    struct error *error);

#endif
