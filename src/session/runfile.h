/* SPDX-License-Identifier: BSD-3-Clause */
/* Files in /run/nstree, which are root's alone: written whole or not at all. */
#ifndef NSTREE_RUNFILE_H
#define NSTREE_RUNFILE_H

#include <dirent.h>
#include <stdbool.h>
#include <stddef.h>

#include "error.h"

#define RUNFILE_DIRECTORY "/run/nstree"
#define RUNFILE_NAME_SIZE 64

/*
 * Opens RUNFILE_DIRECTORY, or the directory NAME in it. MAKE creates what is missing of it, owned
 * by root with mode 0700. Return a descriptor that the caller closes, or negative errno: -ENOENT,
 * or -EPERM where a user other than root could have written there.
 */
int runfile_top(bool make, struct error *error);
int runfile_directory(const char *name, bool make, struct error *error);

/* The same for NAME, which is PATH in messages, in PARENT. */
int runfile_private(int parent, const char *name, const char *path, bool make, struct error *error);

/*
 * Writes the SIZE bytes at BYTES as NAME, of less than RUNFILE_NAME_SIZE, in DIRECTORY, and
 * replaces an older file. Where the application's RLIMIT_FSIZE is too low that is -EFBIG, and no
 * SIGXFSZ. Returns 0 or negative errno.
 */
int runfile_write(int directory, const char *name, const char *bytes, size_t size);

/*
 * Reads NAME in DIRECTORY, which must be a regular file of root's with mode 0600 and of at most
 * LIMIT bytes. *TEXT, of *SIZE bytes, is the caller's to free, whatever this returns: 0, -EBADMSG,
 * or negative errno as openat(2).
 */
int runfile_read(int directory, const char *name, size_t limit, char **text, size_t *size,
		 struct error *error);

/* The names in DIRECTORY, from the first on, for closedir(3); NULL where they cannot be read. */
DIR *runfile_list(int directory);

/* Whether NAME is that of an unfinished file, .NAME.PID, whose process has ended: it was killed. */
bool runfile_is_left(const char *name);

/* Removes those from DIRECTORY. */
void runfile_prune(int directory);

#endif
