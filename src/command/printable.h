/* SPDX-License-Identifier: BSD-3-Clause */
/* Output for a terminal: control characters from files and names are escaped. */
#ifndef NSTREE_PRINTABLE_H
#define NSTREE_PRINTABLE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

#include "error.h"

enum printable_color {
	PRINTABLE_PLAIN = 0,
	PRINTABLE_BOLD = 1,
	PRINTABLE_RED = 31,
	PRINTABLE_GREEN = 32,
	PRINTABLE_YELLOW = 33,
};

/* Prints TEXT with each control character as \ooo, as findmnt(8) and fstab(5) write them. */
void printable_text(FILE *stream, const char *text);

/* The same, and blanks behind it up to WIDTH bytes, for a column. */
void printable_padded(FILE *stream, const char *text, int width);

/* Changes the colour of what follows, if COLOR. */
void printable_color(FILE *stream, bool color, enum printable_color which);

/*
 * Whether to use colour: STREAM is a terminal that has it, as far as TERM says, and NO_COLOR
 * (no-color.org) is unset or empty.
 */
bool printable_has_color(FILE *stream);

/* How many columns STREAM has: COLUMNS, or else what its terminal says; 0 for any number. */
unsigned printable_width(FILE *stream);

/*
 * Prints TEXT in lines of at most WIDTH columns, broken at blanks, and a newline. COLUMN is where
 * the first line begins, INDENT where the others do.
 */
void printable_wrapped(FILE *stream, const char *text, unsigned column, unsigned indent,
		       unsigned width);

/* TEXT as a JSON string; bytes that are no UTF-8 as \ooo. The caller's to json_decref(). */
json_t *printable_json(const char *text);

/*
 * The number of what --json prints. New members do not change it; a member that goes, or means
 * something else, does.
 */
#define PRINTABLE_JSON_FORMAT 1

/*
 * Prints JSON, an object, which may be NULL if memory ran out, with "format" as its first member to
 * STREAM, and frees it. Returns 0 or negative errno.
 */
int printable_print_json(json_t *json, FILE *stream, struct error *error);

#endif
