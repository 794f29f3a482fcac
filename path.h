/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Paths of the host, resolved once and to a descriptor (DESIGN.md section 5). A symbolic link is
 * followed only where root alone could have placed it; magic links never are.
 */
#ifndef NSTREE_PATH_H
#define NSTREE_PATH_H

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>

#include "error.h"

struct path {
	int fd;	    /* what the name means: O_PATH, O_CLOEXEC; -1 where it does not exist */
	int parent; /* the directory that holds it: O_PATH, O_CLOEXEC */
	char name[NAME_MAX + 1]; /* its name there, links resolved; "" for the root itself */
	struct stat stat;	 /* of fd */
	char untrusted[512];	 /* the first component that another than root can change, and why;
				    "" where root alone can change it, all the way up; who serves
				    a FUSE mount can change all in it, whatever it says */
	char parent_untrusted[512]; /* the same without the last component */
};

#define PATH_INIT                                                                                  \
	{                                                                                          \
		.fd = -1, .parent = -1                                                             \
	}

/* Closes the descriptors; for cleanup(). */
void path_close(struct path *path);

/*
 * Resolves the absolute NAME from the process's root, one component at a time with openat(2) and
 * O_NOFOLLOW. An autofs directory is asked for its mount by a child process, for 10 seconds at
 * most. FOUND is the caller's, for path_close(), whatever this returns. Returns 0, or negative
 * errno as openat(2) says, -ELOOP for a link that another than root could have placed, -ETIMEDOUT
 * for autofs. After -ENOENT for the last component alone, parent, name and parent_untrusted are
 * set.
 */
int path_open(const char *name, struct path *found, struct error *error);

/*
 * What EACCES means to root, for whom no mode of a file counts: to be said of a path, with what to
 * write instead behind it.
 */
#define PATH_REFUSES_ROOT                                                                          \
	"root has no rights there, as on NFS with root_squash or in a FUSE mount without "         \
	"allow_root"

/*
 * As fstat(2), for what path_open() found or a mount of it. The kernel shows a FUSE mount to the
 * user who mounted it and, without allow_root, not to root: path_open() takes a directory of that
 * kind alone, and STAT then is one's that everyone can change. Returns 0, or negative errno.
 */
int path_examine(int fd, struct stat *stat);

/*
 * Whether STAT shows something that another than root may change (OpenSSH's rule for
 * ChrootDirectory): a user's, or writable by group or others. Returns why, or NULL where not.
 */
const char *path_distrust(const struct stat *stat);

/*
 * Opens a policy or tree file for reading: a regular file of at most 1 MiB, not empty, that root
 * alone could have written, all the way up. Never blocks (a FIFO is refused, not opened).
 * *STREAM is the caller's, for fclose(3). Returns 0, or negative errno with FILE as the place.
 */
int config_open(const char *file, FILE **stream, struct error *error);

#endif
