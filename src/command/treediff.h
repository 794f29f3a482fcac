/* SPDX-License-Identifier: BSD-3-Clause */
/* The difference between a live session's rows and its tree, as changes that can be made. */
#ifndef NSTREE_TREEDIFF_H
#define NSTREE_TREEDIFF_H

#include <stdbool.h>
#include <stddef.h>

#include "error.h"
#include "live_mount.h"
#include "tree.h"

/* A row of the session's (lost or kept) or of the tree's (gained or kept). */
struct treediff_row {
	char *line; /* as tree_text() has it */
	char *target;
	char *source;		   /* of a bind row; NULL where that does not tell what it shows */
	const struct row *row;	   /* in the tree; NULL for a row of the session's */
	struct treediff_row *same; /* the same row on the other side; NULL where lost or gained */
	struct live_mount *change; /* NULL for a row that is kept or cannot be changed */
	char *reason;		   /* why it cannot be changed; NULL if it can */
};

struct treediff {
	struct treediff_row *old, *new;
	size_t n_old, n_new;
	struct live_mount *changes; /* in the order in which they are to be done */
	size_t n_changes;
	const struct treediff_row *stop; /* the row whose `reason` prevents any change, or NULL */
};

/*
 * Compares the ROWS that a session has (tree_text()) with TREE, which must outlive the result. A
 * row i of TREE for which MOVED[i] is set, where MOVED is not NULL, is another one, though its text
 * is the same (live_sources.h). A row that cannot be changed in a live session, because of its
 * place or another row's, has a `reason`. *DIFF is the caller's, for treediff_free(). Returns 0 or
 * -ENOMEM.
 */
int treediff_make(const char *rows, const struct tree *tree, const bool *moved,
		  struct treediff **diff, struct error *error);

/* The rows that the session has once the changes have been made, as tree_text(); the caller's to
 * free. Not where `stop` is set. */
char *treediff_rows(const struct treediff *diff);

/* Frees it; NULL is fine. */
void treediff_free(struct treediff *diff);

/* For cleanup(). */
static inline void cleanup_treediff(struct treediff **diff)
{
	treediff_free(*diff);
}

#endif
