/* SPDX-License-Identifier: BSD-3-Clause */
/* nstree check: the rows of a tree on this host, without mounting anything. */
#ifndef NSTREE_CHECK_ROWS_H
#define NSTREE_CHECK_ROWS_H

#include <stdbool.h>

#include "home.h"
#include "homelist.h"
#include "mountlist.h"
#include "report.h"
#include "tree.h"

/* What is known of the host and of the rule while many users' trees are checked. */
struct check_rows_known {
	struct homelist homes;
	/* A tree of the same file that was checked for another user: rows that are the same there,
	 * with the mount that they are in, are not checked again. NULL for none. */
	struct tree *tree;
	struct home_places places;
	struct mountlist *mounts; /* the host's; NULL before they are needed */
};

/*
 * Adds to REPORT what would refuse a session of SUBJECT with TREE and ISOLATE, a set of enum
 * isolate (a source or target that is missing or of the wrong kind, an owner that is not trusted, a
 * filesystem's option that the kernel does not take), and what may not have been meant: a row that
 * a later one hides, sockets of services, writable mounts with set-uid programs. What root alone
 * may look at is a note where this is not root.
 */
void check_rows(const struct tree *tree, const struct subject *subject, unsigned isolate,
		struct check_rows_known *known, struct report *report);

/* Adds to REPORT what of that can be seen from the text alone. */
void check_rows_text(const struct tree *tree, const struct subject *subject, unsigned isolate,
		     struct report *report);

/* The last row before row INDEX of TREE whose mount has its target; else the root. */
const struct row *check_rows_covering(const struct tree *tree, size_t index);

#endif
