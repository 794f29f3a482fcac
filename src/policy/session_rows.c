/* SPDX-License-Identifier: BSD-3-Clause */
#include "session_rows.h"

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
