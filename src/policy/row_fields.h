/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The fields of a tree's rows as libmount splits them, before anything in them is expanded or
 * understood. They depend on the text of the file alone, so that they can be kept (treecache.h).
 */
#ifndef NSTREE_ROW_FIELDS_H
#define NSTREE_ROW_FIELDS_H

#include <stdbool.h>

#include "buffer.h"
#include "error.h"
#include "mountlib.h"

#define ROW_EXAMPLE "'/usr /usr none rbind,ro,nodev'"

/* The fields of the rows of one file, one row after the other, not all of which is read yet. */
struct fields_reader {
	const char *next, *end; /* not owned */
};

/* One row's; the strings are the reader's. */
struct row_fields {
	const char *source, *target, *type;
	bool tagged;		      /* the source is LABEL=, UUID= or the like */
	struct fields_reader options; /* for row_fields_option() */
};

static inline struct fields_reader fields_of(const struct buffer *fields)
{
	return (struct fields_reader){fields->bytes, fields->bytes + fields->length};
}

/*
 * Has libmount split TEXT, one line of a tree file that is no comment, and appends its fields to
 * FIELDS. Returns 0, or negative errno with what is wrong and what to write instead.
 */
int row_fields_split(const struct mountlib *mountlib, char *text, struct buffer *fields,
		     struct error *error);

/* Reads the next row of READER; false where there is none, or not a whole one. */
bool row_fields_next(struct fields_reader *reader, struct row_fields *row);

/*
 * Reads the next of a row's OPTIONS into *KEY and *VALUE, which is NULL for a word without "=", and
 * without the quotes around it. Returns 1; 0 after the last; -EINVAL at *KEY, the rest of the
 * options, which cannot be split.
 */
int row_fields_option(struct fields_reader *options, const char **key, const char **value);

#endif
