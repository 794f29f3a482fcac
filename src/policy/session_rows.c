/* SPDX-License-Identifier: BSD-3-Clause */
#include "session_rows.h"

#include "network_rows.h"
#include "selinux_rows.h"

int session_rows_add(struct tree *tree, const struct network *network, struct error *error)
{
	int result = network_rows_add(tree, network, error);

	return result < 0 ? result : selinux_rows_add(tree, error);
}
