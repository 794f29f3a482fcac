/* SPDX-License-Identifier: BSD-3-Clause */
/* The files and directories that opening a session made, to be removed again if it is refused. */
#ifndef NSTREE_MADE_H
#define NSTREE_MADE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "error.h"

struct undolog_entry {
	int base;	     /* a directory of the host's, the list's own descriptor */
	char *path;	     /* what was made, beneath the base */
	dev_t parent_device; /* the directory that it was made in */
	ino_t parent_inode;
	int flags;   /* for unlinkat(2): AT_REMOVEDIR for a directory */
	bool served; /* removing it may wait for a server */
};

struct undolog {
	struct undolog_entry *entries;
	size_t n_entries;
};

/*
 * Where something is made: in DIRECTORY, by the last component of PATH as its name. PATH beneath
 * BASE, a directory of the host's, is the same file, perhaps by another mount: it is removed by
 * that path, because the mount that DIRECTORY is on may be read-only by then. BASE is -1 in a
 * filesystem made for the session, which ends with the session, so that nothing is to be removed.
 * Where a server may have to be asked (server.h), a child process makes it, for a limited time
 * (timedcall.h); a server that has the request may still do it later.
 */
struct undolog_place {
	int base;
	const char *path;
	int directory;
	bool served; /* calls in DIRECTORY may wait for a server */
};

/*
 * Makes the directory (mkdirat(2)), MODE as it stands: the caller has cleared the umask. One that
 * is there already, made by another login a moment before, is used. Returns a descriptor of
 * it, O_PATH, that the caller closes; or negative errno, -ETIMEDOUT where a server did not answer.
 */
int undolog_mkdir(struct undolog *undo, const struct undolog_place *place, mode_t mode,
		  struct error *error);

/* The same for an empty file, for a file to be mounted on; returns an O_PATH descriptor. */
int undolog_mkfile(struct undolog *undo, const struct undolog_place *place, struct error *error);

/* The same for a symbolic link to TEXT; returns 0 or negative errno. */
int undolog_symlink(struct undolog *undo, const struct undolog_place *place, const char *text,
		    struct error *error);

/* Empties the list; what it lists stays, because the session is complete. */
void undolog_commit(struct undolog *undo);

/* Removes what is listed, newest first, and empties the list. A directory with files in it stays.
 */
void undolog_roll_back(struct undolog *undo);

#endif
