/* SPDX-License-Identifier: BSD-3-Clause */
/* A directory that holds files of a host, as they will be there: a draft, or a container's root. */
#ifndef NSTREE_ROOTDIR_H
#define NSTREE_ROOTDIR_H

#include <limits.h>
#include <stdbool.h>

struct rootdir {
	char path[PATH_MAX];
	const char *inside; /* what the directory stands for: "" for the host's root, else a path */
};

/*
 * The path of the host's NAME in ROOT, in MAPPED. Returns false where ROOT is NULL, NAME is not
 * below what it stands for, or the path is too long.
 */
bool rootdir_map(const struct rootdir *root, const char *name, char mapped[PATH_MAX]);

/* Whether PATH is one that rootdir_map() made. ROOT may be NULL. */
bool rootdir_has(const struct rootdir *root, const char *path);

/*
 * Opens PATH (open(2), with FLAGS). If ROOT has it and is a host's root, absolute links in it do
 * not lead out of it (RESOLVE_IN_ROOT of openat2(2)). ROOT may be NULL. Returns a descriptor, the
 * caller's, or negative errno.
 */
int rootdir_open(const struct rootdir *root, const char *path, int flags);

#endif
