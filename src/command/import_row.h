/* SPDX-License-Identifier: BSD-3-Clause */
/* One line of a namespace.conf, written as a row of a tree. */
#ifndef NSTREE_IMPORT_ROW_H
#define NSTREE_IMPORT_ROW_H

#include <stdio.h>

#include "buffer.h"
#include "namespaceconf.h"
#include "report.h"

/* A policy or tree that is being written. */
struct import_text {
	const char *file; /* the namespace.conf */
	struct report *report;
	FILE *stream;
};

/* Notes what has no equivalent: a warning for LINE (0 for none), and a comment in the text. */
void import_text_note(const struct import_text *text, unsigned line, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * Reads FILE, which is to be imported, into *TEXT, for free(3), and its LENGTH. Refused are a byte
 * 0, behind which nothing would be read, and a FILE with a control character in its name, which
 * would end the comment that names it. Returns 0 or negative errno, with ERROR's place set.
 */
int import_text_read(const char *file, char **text, size_t *length, struct error *error);

/* Bytes that are no part of a name in a rule, for import_row_item(). */
#define IMPORT_ROW_PATTERN "#@+:"
#define IMPORT_ROW_NAME IMPORT_ROW_PATTERN ",!*%\"'()"

/*
 * Appends the LENGTH bytes at NAME to TEXT as a rule's first field (nstree.conf(5)) has the name:
 * those of SPECIAL, blanks and control characters are written \ooo.
 */
void import_row_item(struct buffer *text, const char *name, size_t length, const char *special);

/* TEXT as a field of fstab(5): blanks, control characters, '#' and backslashes are written \ooo. */
void import_row_field(FILE *stream, const char *text);

/* The path TEXT, which has no specifiers, as such a field. */
void import_row_literal(FILE *stream, const char *text);

/* The row for POLYDIR, below a comment with the line itself and notes of what it does not do. */
void import_row_print(const struct import_text *text, const struct polydir *polydir);

#endif
