/* SPDX-License-Identifier: BSD-3-Clause */
/* What all rows of a session have in common while their mounts are made. */
#ifndef NSTREE_MOUNTCONTEXT_H
#define NSTREE_MOUNTCONTEXT_H

#include <sys/stat.h>

#include "pathcache.h"
#include "subject.h"
#include "undolog.h"

struct mount_context {
	const struct subject *subject;
	struct undolog *undo;	 /* where the directories that x-nstree.create makes are listed */
	int pid_namespace;	 /* what proc shows, a descriptor; -1 for the caller's own */
	struct pathcache *known; /* what earlier rows' sources led through; may be NULL */
	/*
	 * NULL for nothing. Called for the source of a row with x-nstree.create that has been made,
	 * in the directory PARENT, and not been given to its user yet: STAT is the source's.
	 */
	void (*made)(void *data, const struct stat *parent, const struct stat *stat);
	void *data;
};

#endif
