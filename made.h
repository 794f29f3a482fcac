/* SPDX-License-Identifier: BSD-3-Clause */
/* What a session's start made in the file system, so that a refused session leaves none of it. */
#ifndef NSTREE_MADE_H
#define NSTREE_MADE_H

#include <stddef.h>
#include <sys/types.h>

#include "error.h"

struct made_entry {
	int base;	     /* a directory of the host's, the list's own descriptor */
	char *path;	     /* what was made, beneath the base */
	dev_t parent_device; /* the directory that it was made in */
	ino_t parent_inode;
	int flags; /* for unlinkat(2): AT_REMOVEDIR for a directory */
};

struct made {
	struct made_entry *entries;
	size_t n_entries;
};

/*
 * Where something is made: PATH beneath BASE on the host, which is what DIRECTORY, perhaps by way
 * of another mount, and PATH's last component name as well. BASE is -1 in a filesystem made for the
 * session, which goes with it and needs no undoing. (The mount that DIRECTORY lies on may be
 * read-only by the time of the undoing, so that it cannot serve for that.)
 */
struct made_place {
	int base;
	const char *path;
	int directory;
};

/*
 * Makes the directory (mkdirat(2)), MODE as it stands: the caller has cleared the umask. One that
 * is there already, made by another login a moment before, serves as well. Returns a descriptor of
 * it, opened for reading, that the caller closes; or negative errno.
 */
int made_directory(struct made *made, const struct made_place *place, mode_t mode,
		   struct error *error);

/* The same for an empty file, for a file to be mounted on; returns an O_PATH descriptor. */
int made_file(struct made *made, const struct made_place *place, struct error *error);

/* The same for a symbolic link to TEXT; returns 0 or negative errno. */
int made_link(struct made *made, const struct made_place *place, const char *text,
	      struct error *error);

/* Forgets the list, and what it lists stays: the session is whole. */
void made_keep(struct made *made);

/* Removes what the list names, newest first, and forgets it; what holds something by now stays. */
void made_undo(struct made *made);

#endif
