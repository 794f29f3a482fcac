/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The directories that path_open() went through, kept open while one session is built: the paths of
 * a tree's rows share most of theirs.
 */
#ifndef NSTREE_PATHCACHE_H
#define NSTREE_PATHCACHE_H

#include <stddef.h>
#include <sys/stat.h>

#include "server.h"

#define PATHCACHE_MAX 24

/* A directory that was reached without following a link. */
struct pathcache_entry {
	const char *name; /* its path as it was written, "" for the root */
	int fd;
	struct stat stat;
	struct server_info mount;
	const char *untrusted; /* as in struct path */
};

struct pathcache {
	struct pathcache_entry entries[PATHCACHE_MAX];
	size_t count;
};

/*
 * The longest of CACHE's directories that NAME leads through, with at least one component after it,
 * or NULL. A NAME with a component that begins with a dot has none: "." and ".." are walked anew.
 */
const struct pathcache_entry *pathcache_find(const struct pathcache *cache, const char *name);

/*
 * Keeps a copy of DIRECTORY, to which the first LENGTH bytes of its name lead, with a descriptor of
 * its own. Only what the kernel alone serves (SERVER_NONE) is kept; servers and automounters are
 * asked anew each time. Where the cache is full, or there is no memory or descriptor for it,
 * nothing is kept.
 */
void pathcache_add(struct pathcache *cache, const struct pathcache_entry *directory, size_t length);

/* Closes the descriptors; for cleanup(). */
void pathcache_clear(struct pathcache *cache);

#endif
