/* SPDX-License-Identifier: BSD-3-Clause */
/* Reading one row of a tree file. */
#ifndef NSTREE_ROW_READ_H
#define NSTREE_ROW_READ_H

#include "error.h"
#include "row.h"
#include "row_fields.h"
#include "subject.h"

/*
 * Reads FIELDS, one row of a tree file, into *ROW, which is row_empty(): its specifiers are
 * expanded for SUBJECT. *ROW is the caller's, for row_clear(), whatever this returns. Returns 0, or
 * negative errno with what is wrong and what to write instead; the place is the caller's to set.
 */
int row_read(const struct row_fields *fields, const struct subject *subject, struct row *row,
	     struct error *error);

#endif
