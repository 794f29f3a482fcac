/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The directories of mount points in filesystems of the session's own (row_is_memory()), kept open
 * while mount points are made: those of a tree's rows lie in few directories. Nobody else can reach
 * such a filesystem, so that a path in it means the same as before.
 */
#ifndef NSTREE_TARGETCACHE_H
#define NSTREE_TARGETCACHE_H

#include <stdbool.h>
#include <stddef.h>

#define TARGETCACHE_MAX 16

struct targetcache {
	struct targetcache_entry {
		int mount;	  /* the filesystem's, which stays open at least as long */
		const char *path; /* in it; only the first LENGTH bytes are this directory's */
		size_t length;
		int fd;
	} entries[TARGETCACHE_MAX];
	size_t count;
};

/*
 * The directory, of those in MOUNT, that the longest part of PATH before its last component leads
 * to: its descriptor, which stays the cache's, with the length of that part and the slash in
 * *LENGTH; or -1 for none.
 */
int targetcache_find(const struct targetcache *cache, int mount, const char *path, size_t *length);

/*
 * Keeps FD, the directory that the first LENGTH bytes of PATH lead to in MOUNT. PATH is the
 * caller's and outlives the cache. Returns whether FD is the cache's now: not where it is full.
 */
bool targetcache_keep(struct targetcache *cache, int mount, const char *path, size_t length,
		      int fd);

/* Closes the descriptors. */
void targetcache_clear(struct targetcache *cache);

#endif
