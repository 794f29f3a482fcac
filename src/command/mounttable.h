/* SPDX-License-Identifier: BSD-3-Clause */
/* Mounts printed as a tree, with the columns of findmnt(8). */
#ifndef NSTREE_MOUNTTABLE_H
#define NSTREE_MOUNTTABLE_H

#include <libsmartcols/libsmartcols.h>

/*
 * An empty table, for scols_unref_table(3); NULL where memory ran out. PLACE is the title of a last
 * column, which findmnt(8) does not have; NULL for none.
 */
struct libscols_table *mounttable_new(const char *place);

/*
 * Adds a line below the line PARENT, which is NULL for the root. PLACE is NULL where TABLE has no
 * such column. The strings are copied. Returns the line, which is TABLE's, or NULL where memory ran
 * out.
 */
struct libscols_line *mounttable_add(struct libscols_table *table, struct libscols_line *parent,
				     const char *target, const char *source, const char *type,
				     const char *options, const char *place);

/*
 * Fits TABLE into the columns of standard output, where these are known (printable_width()): cells
 * of columns with SCOLS_FL_TRUNC are cut.
 */
void mounttable_fit(struct libscols_table *table);

#endif
