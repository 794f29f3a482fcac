/* SPDX-License-Identifier: BSD-3-Clause */
#include "session_rows.h"

#include <string.h>

#include "network_rows.h"
#include "selinux_rows.h"
#include "terminal_row.h"

int session_rows_add(struct tree *tree, const struct subject *subject,
		     const struct network *network, struct error *error)
{
	int result = network_rows_add(tree, network, error);

	if (result == 0)
		result = terminal_row_add(tree, subject, error);
	return result < 0 ? result : selinux_rows_add(tree, error);
}

bool session_rows_have_proc(const struct tree *tree)
{
	for (size_t i = 0; i < tree->n_rows; i++) {
		const struct row *row = &tree->rows[i];

		if (row->kind == ROW_FILESYSTEM && strcmp(row->type, "proc") == 0 &&
		    strcmp(row->target, "/proc") == 0)
			return true;
	}
	return false;
}
