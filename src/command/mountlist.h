/* SPDX-License-Identifier: BSD-3-Clause */
/* The mounts of one mount namespace, as findmnt(8) shows them. */
#ifndef NSTREE_MOUNTLIST_H
#define NSTREE_MOUNTLIST_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "error.h"

/* One mount, as findmnt(8) shows it. */
struct mountlist_entry {
	uint64_t id, parent; /* the kernel's ids of the mount and of what it is mounted on */
	char *target;	     /* seen from the namespace's root */
	char *source;	     /* with the directory that is bound, as in "/dev/sda1[/srv]" */
	char *type;
	char *options;
};

struct mountlist {
	struct mountlist_entry
		*entries; /* each after the one that it is on, else the oldest first */
	size_t n_entries;
};

/*
 * Reads the mounts of the namespace whose id is NAMESPACE with statmount(2), or from
 * /proc/PROCESS/mountinfo (0 for no process) on a kernel that lacks it. *MOUNTS is the caller's,
 * for mountlist_free(). Returns 0, or negative errno: -ENOENT where the namespace has ended.
 */
int mountlist_load(uint64_t namespace, pid_t process, struct mountlist **mounts,
		   struct error *error);

/* How many mounts NAMESPACE has; 0 where the kernel does not tell. */
unsigned mountlist_count(uint64_t namespace);

/* Frees MOUNTS; NULL is fine. */
void mountlist_free(struct mountlist *mounts);

/* For cleanup(). */
static inline void cleanup_mountlist(struct mountlist **mounts)
{
	mountlist_free(*mounts);
}

#endif
