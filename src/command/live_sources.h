/* SPDX-License-Identifier: BSD-3-Clause */
/* Whether the host has another filesystem by now where a row of a live session was taken from. */
#ifndef NSTREE_LIVE_SOURCES_H
#define NSTREE_LIVE_SOURCES_H

#include <stdbool.h>
#include <stddef.h>

#include "mountlist.h"
#include "row.h"

/*
 * Compares the mount of the bind ROW in SESSION's mounts with what HOST's have at its source: by
 * type and source, as findmnt(8) shows them, so that one tmpfs is as good as another. Returns
 * whether it differs, with what and what to do about it in TEXT. A row that is mounted by no mount
 * of its own source, and one that follows the host (slave), never does.
 */
bool live_sources_differ(const struct row *row, const struct mountlist *session,
			 const struct mountlist *host, char *text, size_t size);

#endif
