/* SPDX-License-Identifier: BSD-3-Clause */
/* nstree import: what jailkit(7) has set up, a jail or jk_lsh.ini, converted to rules and trees. */
#ifndef NSTREE_IMPORT_JAIL_H
#define NSTREE_IMPORT_JAIL_H

#include <stdbool.h>

#include "error.h"
#include "report.h"

/* Whether FILE is a directory, or has the name of a file of jailkit's that says something. */
bool import_jail_is(const char *file);

/*
 * Reads JAIL, a directory whose etc/passwd names the users that jk_chrootsh(8) shuts in it, or a
 * jk_lsh.ini, and writes rules and trees; as import_policy() does, and returns.
 */
int import_jail(const char *jail, const char *directory, struct report *report,
		struct error *error);

#endif
