/* SPDX-License-Identifier: BSD-3-Clause */
/* Text that grows: for lines that are written field by field at every login, without stdio. */
#ifndef NSTREE_TEXT_H
#define NSTREE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

struct text {
	char *bytes; /* NUL-terminated, NULL while nothing was added */
	size_t length, size;
	bool failed; /* memory ran out, and what was to be added is missing */
};

/* Adds WORD as it is. */
void text_add(struct text *text, const char *word);

/*
 * Adds WORD as a field of fstab(5): blanks, control characters, '\' and '#' as \ooo. An empty word
 * adds nothing.
 */
void text_add_field(struct text *text, const char *word);

/* The whole, "" where nothing was added, the caller's to free(3); NULL where memory ran out. */
char *text_take(struct text *text);

/* Frees it; for cleanup(). */
void text_clear(struct text *text);

/* Turns each \ooo of FIELD, which is changed in place, into its byte; what is no such is left. */
void text_unescape(char *field);

#endif
