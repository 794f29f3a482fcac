/* SPDX-License-Identifier: BSD-3-Clause */
/* The specifiers of tree names and tree files: %u %U %g %G %h %s (nstree.fstab(5)). */
#ifndef NSTREE_SPECIFIER_H
#define NSTREE_SPECIFIER_H

#include <stdbool.h>

#include "error.h"
#include "subject.h"

/*
 * Expands the specifiers %u %U %g %G %h %s %% in TEXT for SUBJECT. *EXPANDED is the caller's, for
 * free(3). Returns 0, or -EINVAL: an unknown specifier, or a name that is empty, ".", ".." or
 * holds "/" (%u %g %s), or a home that is not an absolute path without "..".
 */
int specifier_expand(const char *text, const struct subject *subject, char **expanded,
		     struct error *error);

/* Whether SPECIFIER, such as 'h', is in TEXT as it is written. */
bool specifier_is_in(const char *text, char specifier);

#endif
