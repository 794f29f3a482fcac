/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Paths of the host, resolved once, to a descriptor. A symbolic link is followed only where only
 * root can have created it; magic links (proc(5)) never are.
 */
#ifndef NSTREE_PATH_H
#define NSTREE_PATH_H

#include <limits.h>
#include <stdbool.h>
#include <sys/stat.h>

#include "error.h"

struct path {
	int fd;	    /* what the name means: O_PATH, O_CLOEXEC; -1 where it does not exist */
	int parent; /* the directory that holds it: O_PATH, O_CLOEXEC */
	char name[NAME_MAX + 1]; /* its name there, links resolved; "" for the root itself */
	struct stat stat;	 /* of fd */
	char untrusted[512]; /* the first component that a user other than root can change, and why;
				"" where root alone can change it, all the way up; the user who
				serves a FUSE mount can change everything in it */
	char parent_untrusted[512]; /* the same without the last component */
	bool served_by_user;	    /* it is on a FUSE mount that a user other than root serves */
};

struct pathcache;

#define PATH_INIT                                                                                  \
	{                                                                                          \
		.fd = -1, .parent = -1                                                             \
	}

/* Closes the descriptors; for cleanup(). */
void path_close(struct path *path);

/*
 * Resolves the absolute NAME from the process's root, one component at a time with openat(2) and
 * O_NOFOLLOW. Servers and automounters are asked by a child process, for 10 seconds each at most
 * (timedcall.h), whatever signals arrive. FOUND is the caller's, for path_close(), whatever this
 * returns. Returns 0, or negative errno as openat(2) says, -ELOOP for a link that a user other than
 * root could have created, -ETIMEDOUT for a server or automounter that does not answer. After
 * -ENOENT for the last component alone, parent, name and parent_untrusted are set.
 */
int path_open(const char *name, struct path *found, struct error *error);

/*
 * The same from the last directory on NAME that CACHE has (pathcache.h); what NAME leads through is
 * added to it. What an earlier path has led through is not looked up again: a directory that was
 * put in its place meanwhile is not seen, as it would not be had NAME been resolved at that time.
 */
int path_open_known(struct pathcache *cache, const char *name, struct path *found,
		    struct error *error);

/*
 * What EACCES means for root, whom file modes do not restrict. A message has it after the path, and
 * what to write instead after it.
 */
#define PATH_REFUSES_ROOT                                                                          \
	"root has no rights there, as on NFS with root_squash or in a FUSE mount without "         \
	"allow_root"

/*
 * The device, inode and type of what path_open() found or a mount of it; the rest of STAT may be
 * old, as no server is asked for it. The kernel shows a FUSE mount to the user who mounted it and,
 * without allow_root, not to root: path_open() takes a directory of that kind alone, and STAT then
 * is one's that everyone can change. Returns 0, or negative errno.
 */
int path_examine(int fd, struct stat *stat);

/*
 * Whether STAT shows something that a user other than root may change (OpenSSH's rule for
 * ChrootDirectory): a user's, or writable by group or others. Returns why, or NULL where not.
 */
const char *path_distrust(const struct stat *stat);

#endif
