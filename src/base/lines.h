/* SPDX-License-Identifier: BSD-3-Clause */
/* Reading a text line by line, with one rule for the bytes that a line may hold. */
#ifndef NSTREE_LINES_H
#define NSTREE_LINES_H

#include <stdbool.h>
#include <stddef.h>

#include "buffer.h"
#include "error.h"

struct lines {
	const char *next, *end; /* what has not been read yet; not owned */
	struct buffer line;	/* the line read last, without its newline */
	unsigned number;	/* its number, counted from 1; 0 before the first */
	bool returns;		/* carriage returns have been reported */
	bool again;		/* for the line NUMBER, which is to be read again without its own */
};

/*
 * The lines of the LENGTH bytes at TEXT, which must outlive it and is NULL at most where there are
 * none; for lines_clear().
 */
static inline struct lines lines_of(const char *text, size_t length)
{
	const char *start = text ? text : "";

	return (struct lines){.next = start, .end = start + length};
}

/*
 * Reads the next line, without its newline, into *LINE: NUL-terminated, writable, and valid until
 * the next call. Returns 1, or 0 after the last line. A line that holds a control character other
 * than a tab (in a comment too), or begins with a byte order mark, is -EINVAL with what to write
 * instead; it has been consumed, and the caller may go on with the next one. *LINE is then NULL.
 * Carriage returns at the ends of lines are reported once, with their number: who goes on gets that
 * line and all others without.
 * -ENOMEM is the only other error. The place of an error is the caller's to set, from `number`.
 */
int lines_next(struct lines *lines, char **line, struct error *error);

/*
 * The length of the character that TEXT begins with, if it is taken for a blank, or not seen at
 * all, where it is neither, such as a no-break space; its name and code point in *NAME, static
 * words. 0, and *NAME as it was, for any other.
 */
size_t lines_false_blank_at(const char *text, const char **name);

/*
 * The first character of TEXT that lines_false_blank_at() finds: its name. NULL for none.
 */
const char *lines_false_blank(const char *text);

/* Frees the line read last; for cleanup(). */
void lines_clear(struct lines *lines);

#endif
