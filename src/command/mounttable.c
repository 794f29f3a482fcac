/* SPDX-License-Identifier: BSD-3-Clause */
#include "mounttable.h"

#include "printable.h"

enum { COLUMN_TARGET, COLUMN_SOURCE, COLUMN_FSTYPE, COLUMN_OPTIONS, COLUMN_PLACE };

struct libscols_table *mounttable_new(const char *place)
{
	struct libscols_table *table = scols_new_table();

	if (table && scols_table_new_column(table, "TARGET", 0, SCOLS_FL_TREE) &&
	    scols_table_new_column(table, "SOURCE", 0, SCOLS_FL_TRUNC) &&
	    scols_table_new_column(table, "FSTYPE", 0, 0) &&
	    scols_table_new_column(table, "OPTIONS", 0, SCOLS_FL_TRUNC) &&
	    (!place || scols_table_new_column(table, place, 0, 0)))
		return table;
	scols_unref_table(table);
	return NULL;
}

struct libscols_line *mounttable_add(struct libscols_table *table, struct libscols_line *parent,
				     const char *target, const char *source, const char *type,
				     const char *options, const char *place)
{
	struct libscols_line *line = scols_table_new_line(table, parent);

	if (line && scols_line_set_data(line, COLUMN_TARGET, target) == 0 &&
	    scols_line_set_data(line, COLUMN_SOURCE, source) == 0 &&
	    scols_line_set_data(line, COLUMN_FSTYPE, type) == 0 &&
	    scols_line_set_data(line, COLUMN_OPTIONS, options) == 0 &&
	    (!place || scols_line_set_data(line, COLUMN_PLACE, place) == 0))
		return line;
	return NULL;
}

void mounttable_fit(struct libscols_table *table)
{
	unsigned width = printable_width(stdout);

	if (!width)
		return;
	scols_table_set_termforce(table, SCOLS_TERMFORCE_ALWAYS);
	scols_table_set_termwidth(table, width);
}
