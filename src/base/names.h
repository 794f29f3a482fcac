/* SPDX-License-Identifier: BSD-3-Clause */
/* Names and paths as text; nothing is looked up. */
#ifndef NSTREE_NAMES_H
#define NSTREE_NAMES_H

#include <stdbool.h>
#include <string.h>

/* Whether NAME can be one component of a path: not empty, ".", ".." and without a "/". */
bool name_is_component(const char *name);

/* Whether a component of PATH is "." or "..". */
bool name_has_dots(const char *path);

/* The part of the path TARGET below DIRECTORY, "" where they are the same; NULL where it is not
 * below. */
const char *name_below(const char *target, const char *directory);

/* The last component of PATH. */
const char *name_last(const char *path);

/* TTY, a path or a name in /dev as PAM_TTY may be either (pam_set_item(3)), as a name. */
const char *name_of_terminal(const char *tty);

/* Whether NAME is WORD. Most words of a table are told by their first byte, without a call. */
static inline bool name_is(const char *name, const char *word)
{
	return *name == *word && strcmp(name, word) == 0;
}

#endif
