/* SPDX-License-Identifier: BSD-3-Clause */
/* Reading the options of a row, the fourth field of nstree.fstab(5). */
#ifndef NSTREE_ROW_OPTIONS_H
#define NSTREE_ROW_OPTIONS_H

#include "error.h"
#include "row.h"
#include "row_fields.h"
#include "subject.h"

/*
 * Reads WORDS, its options, into ROW, whose kind is known already; each value's specifiers are
 * expanded for SUBJECT. Returns 0, or negative errno.
 */
int row_read_options(struct row *row, struct fields_reader words, const struct subject *subject,
		     struct error *error);

#endif
