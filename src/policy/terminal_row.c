/* SPDX-License-Identifier: BSD-3-Clause */
#include "terminal_row.h"

#include <limits.h>
#include <stdbool.h>
#include <string.h>

#include "cleanup.h"
#include "device_rows.h"

static bool has_target(const struct tree *tree, const char *target)
{
	for (size_t i = 0; i < tree->n_rows; i++)
		if (strcmp(tree->rows[i].target, target) == 0)
			return true;
	return false;
}

int terminal_row_add(struct tree *tree, const struct subject *subject, struct error *error)
{
	char path[PATH_MAX];
	int result = 0;

	for (size_t i = 0; result >= 0 && i < tree->n_rows; i++) {
		cleanup(row_clear) struct row row = row_empty(NULL, 0);

		if (tree->rows[i].kind != ROW_DEVICES || !subject_has_console(subject, path))
			continue;
		result = device_rows_make_device(&tree->rows[i], path, &row, error);
		row.nofail = true;
		if (result >= 0 && !has_target(tree, row.target))
			result = tree_insert_row(tree, tree->n_rows, &row, error);
	}
	return result < 0 ? result : 0;
}
