/* SPDX-License-Identifier: BSD-3-Clause */
/* What a tree gained and lost since a session began, row by row; and what of it can be done. */
#ifndef NSTREE_PLAN_H
#define NSTREE_PLAN_H

#include <stddef.h>

#include "error.h"
#include "graft.h"
#include "tree.h"

/* A row of the session's (lost or kept) or of the tree's (gained or kept). */
struct planned {
	char *line; /* as tree_text() has it */
	char *target;
	char *source;	       /* of a bind row; NULL where that does not tell what it shows */
	const struct row *row; /* in the tree; NULL for a row of the session's */
	struct planned *same;  /* the same row on the other side; NULL where lost or gained */
	struct graft *graft;   /* what is to be done; NULL for a row that is kept, or stays so */
	char *stays;	       /* why nothing is to be done about it; NULL where that is no fault */
};

struct plan {
	struct planned *old, *new;
	size_t n_old, n_new;
	struct graft *grafts; /* in the order in which they are to be done */
	size_t n_grafts;
	const struct planned *stop; /* the row for whose `stays` nothing is done at all, or NULL */
};

/*
 * Compares the ROWS that a session has (tree_text()) with TREE, which must outlive the plan. A row
 * that cannot be changed in a living session, because of where it or another lies, has the reason
 * in `stays`. *PLAN is the caller's, for plan_free(). Returns 0 or -ENOMEM.
 */
int plan_make(const char *rows, const struct tree *tree, struct plan **plan, struct error *error);

/* The rows that the session has once the grafts have ended, as tree_text(); the caller's to free.
 * Not for a plan that is stopped. */
char *plan_rows(const struct plan *plan);

/* Frees it; NULL is fine. */
void plan_free(struct plan *plan);

/* For cleanup(). */
static inline void cleanup_plan(struct plan **plan)
{
	plan_free(*plan);
}

#endif
