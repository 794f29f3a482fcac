/* SPDX-License-Identifier: BSD-3-Clause */
/* Rows put into a living namespace and taken out of it, while its session goes on. */
#ifndef NSTREE_GRAFT_H
#define NSTREE_GRAFT_H

#include <stdbool.h>
#include <stddef.h>

#include "error.h"
#include "subject.h"
#include "tables.h"
#include "tree.h"

enum graft_end {
	GRAFT_FAILED,
	GRAFT_DONE,
	GRAFT_LEFT_OUT, /* a row with `nofail` whose source or target is missing */
};

/* One row to be mounted, or what an earlier row mounted to be taken away. */
struct graft {
	const struct row *row; /* NULL for one that is taken away */
	const char *target;
	const char *source;  /* of a bind row that is taken away; NULL where that is no path */
	bool nofail;	     /* of a row that is taken away: it may never have been mounted */
	struct graft *other; /* where one row takes another's place: what goes with this one; else
				NULL */
	enum graft_end end;
	struct error error; /* why it failed */
};

/* The namespace, and what is to be known of its session. */
struct stock {
	int mount, pid, ipc; /* descriptors of the namespaces; -1 for the caller's own PID, IPC */
	bool sockets_fixed;  /* its Landlock domain lets no further sockets in */
	const struct subject *subject;
	const struct mounts *mounts; /* what is mounted in it */
	const char *file;	     /* the tree's, for messages */
};

/*
 * Does GRAFTS in a child process and says in each how it ended: opens every source in the caller's
 * tree as a login does, enters the namespace (setns(2)), takes away what is to go, in order, where
 * nothing holds it, and mounts what is new, in order. A target is resolved in the namespace without
 * any symbolic link; where root's code is loaded from, only what is root's is mounted, and nothing
 * is taken away that hides something else. One that fails leaves nothing behind, and the others go
 * on; a row is not taken away for one that could not be opened. Returns 0, or negative errno where
 * nothing was tried.
 */
int graft_rows(const struct stock *stock, struct graft *grafts, size_t n_grafts,
	       struct error *error);

#endif
