/* SPDX-License-Identifier: BSD-3-Clause */
/* nstree check: sources of bind rows that are mount points on the host, or missing. */
#ifndef NSTREE_CHECK_SOURCES_H
#define NSTREE_CHECK_SOURCES_H

#include <stdbool.h>

#include "mountlist.h"
#include "report.h"
#include "row.h"
#include "tree.h"

/*
 * Adds to REPORT, for the bind ROW: a warning where an automounter's mounts would not show in it,
 * and a note where it keeps a filesystem of the site's in use. *MOUNTS are the host's, loaded where
 * they are needed and NULL; the caller's, for mountlist_free().
 */
void check_sources_mounts(const struct row *row, struct mountlist **mounts, struct report *report);

/* Whether sessions do without ROW now: it has nofail, and its source is missing. */
bool check_sources_is_left_out(const struct row *row);

/* Adds a note to REPORT with those rows of TREE, but for the shipped trees' and those whose source
 * is one of SUBJECT's own. */
void check_sources_left_out(const struct tree *tree, const struct subject *subject,
			    struct report *report);

#endif
