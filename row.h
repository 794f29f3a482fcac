/* SPDX-License-Identifier: BSD-3-Clause */
/* The options of a tree file's row, the fourth field. */
#ifndef NSTREE_ROW_H
#define NSTREE_ROW_H

#include <stdbool.h>

#include "error.h"
#include "subject.h"
#include "text.h"
#include "tree.h"

/*
 * Reads TEXT, a comma list as mount(8) has it, into ROW, whose kind is known already; each value's
 * specifiers are expanded for SUBJECT. Returns 0, or negative errno.
 */
int row_read_options(struct row *row, const char *text, const struct subject *subject,
		     struct error *error);

/* Appends a filesystem's own option; VALUE is NULL for a flag. Returns 0 or -ENOMEM. */
int row_add_option(struct row *row, const char *key, const char *value, struct error *error);

/* ROW's type as a tree file has it; static, or ROW's own. */
const char *row_type(const struct row *row);

/*
 * Adds ROW's options to TEXT, all of them and each in one way of writing it, whichever the file has
 * and in whichever order: row_read_options() reads the same row from it.
 */
void row_add_options(const struct row *row, struct text *text);

/* Frees what ROW holds, not ROW itself; for cleanup(). */
void row_clear(struct row *row);

/* Whether a component of PATH is "." or "..". */
bool row_path_has_dots(const char *path);

#endif
