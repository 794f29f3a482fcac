/* SPDX-License-Identifier: BSD-3-Clause */
/* What a policy says of whoever logs in: %u %U %g %G %h %s (nstree.fstab(5)). */
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

/* Whether NAME can be a component of a path: not empty, ".", "..", and without "/". */
bool specifier_is_name(const char *name);

#endif
