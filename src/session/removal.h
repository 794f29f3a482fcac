/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * x-nstree.remove: the directories that a session makes for itself, and a process that takes them
 * away when the session's last process has ended.
 */
#ifndef NSTREE_REMOVAL_H
#define NSTREE_REMOVAL_H

#include <stdint.h>

#include "error.h"
#include "removal_list.h"
#include "subject.h"
#include "tree.h"
#include "undolog.h"

/* The directories of a session that is being opened. */
struct removal {
	int list;    /* -1 where there are none */
	int process; /* a socket to the process that will take them away; -1 for none */
	pid_t pid;   /* that process */
	char boot[REMOVAL_BOOT_SIZE];
	char id[SUBJECT_ID_SIZE]; /* of the entries */
	unsigned n;		  /* entries with it */
	struct undolog undo;
	struct error failed; /* why an entry could not be written */
};

#define REMOVAL_INIT                                                                               \
	{                                                                                          \
		.list = -1, .process = -1                                                          \
	}

/*
 * Makes the sources of TREE's rows with x-nstree.remove for SUBJECT and lists them, and starts the
 * process. A directory that sessions in the list use is used by this one as well; one that no
 * session uses any more is moved away first. What is there and not in the list is no session's, and
 * stays. Also where TREE has no such row: what is left of others is then taken away, by another
 * process. NOTICE says what will not be removed, its number is 0 otherwise. REMOVAL is the
 * caller's, for one of the two functions below. Returns 0 or negative errno.
 */
int removal_begin(struct removal *removal, const struct tree *tree, const struct subject *subject,
		  struct error *notice, struct error *error);

/* The session will be in the mount namespace with the id NAMESPACE. Returns 0 or negative errno. */
int removal_set_namespace(const struct removal *removal, uint64_t namespace, struct error *error);

/* The session is complete, and this process in it. */
void removal_end(struct removal *removal);

/* There is no session: removes what was made, and the entries. */
void removal_cancel(struct removal *removal);

#endif
