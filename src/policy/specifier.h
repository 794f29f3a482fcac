/* SPDX-License-Identifier: BSD-3-Clause */
/* The specifiers of tree names and tree files: %u %U %g %G %h %s %i %{NAME} (nstree.fstab(5)). */
#ifndef NSTREE_SPECIFIER_H
#define NSTREE_SPECIFIER_H

#include <stdbool.h>

#include "error.h"
#include "subject.h"

/*
 * Expands the specifiers %u %U %g %G %h %s %i %{NAME} %% in TEXT for SUBJECT. *EXPANDED is the
 * caller's, for free(3). Returns 0, or -EINVAL: an unknown specifier, or a name that is empty, ".",
 * ".." or holds "/" (%u %g %s), or a home that is not an absolute path without "..", or a variable
 * without a value, or whose value has other characters than a few. Where SUBJECT has no environment
 * and no id, as before a login, their names stand for them.
 */
int specifier_expand(const char *text, const struct subject *subject, char **expanded,
		     struct error *error);

/* The same for the name of a tree in a rule, in which %i and %{NAME} are errors. */
int specifier_expand_tree_name(const char *text, const struct subject *subject, char **expanded,
			       struct error *error);

/* Whether SPECIFIER, such as 'h', or '{' for %{NAME}, is in TEXT as it is written. */
bool specifier_is_in(const char *text, char specifier);

/*
 * The name of the next variable (%{NAME}) in TEXT, of *LENGTH bytes; NULL where there is none. The
 * one after it is searched for from the end of the name on.
 */
const char *specifier_next_variable(const char *text, size_t *length);

#endif
