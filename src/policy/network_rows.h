/* SPDX-License-Identifier: BSD-3-Clause */
/* What a separate network changes in a session's tree. */
#ifndef NSTREE_NETWORK_ROWS_H
#define NSTREE_NETWORK_ROWS_H

#include "error.h"
#include "network.h"
#include "tree.h"

/*
 * Changes TREE, which was parsed, for a session with NETWORK. For the host's network the rows with
 * x-nstree.net=separate are taken out, for another those with x-nstree.net=host, and what
 * ip-netns(8) does for `ip netns exec` is added: where a row shows the host's /sys a sysfs of the
 * session's network is mounted on it, and for net=NAME each file in /etc/netns/NAME is bound over
 * the one of that name in /etc. Added rows have the file and line of the row that they belong to.
 * Returns 0, or negative errno.
 */
int network_rows_add(struct tree *tree, const struct network *network, struct error *error);

#endif
