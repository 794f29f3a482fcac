/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The mount namespaces that the kernel has, and the processes in each: from /proc, and from
 * listns(2) where the kernel has it.
 */
#ifndef NSTREE_NSLIST_H
#define NSTREE_NSLIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "error.h"

/* A mount namespace. */
struct nslist_entry {
	uint64_t id;	    /* the kernel's id; its inode before Linux 6.12 */
	ino_t inode;	    /* 0 where no process is in it */
	unsigned mounts;    /* 0 where that is not known */
	unsigned processes; /* how many are in it */
	pid_t process;	    /* one of these, 0 for none */
};

struct nslist {
	struct nslist_entry *entries;
	size_t n_entries;
	size_t *by_id, *by_inode; /* hashed: indices of entries, more by 1; 0 for an empty place */
	size_t n_places;	  /* in each of the two: 0 or a power of two */
};

/*
 * Reads which mount namespaces there are: those of processes, and those that only the kernel itself
 * can list (since Linux 6.19). Needs root. *NSLIST is the caller's, for nslist_free(). Returns 0 or
 * negative errno.
 */
int nslist_load(struct nslist **nslist, struct error *error);

/* The namespace ID, or that of PROCESS; NULL where there is none. NSLIST's own. */
const struct nslist_entry *nslist_find(const struct nslist *nslist, uint64_t id);
const struct nslist_entry *nslist_find_process(const struct nslist *nslist, pid_t process);

/*
 * Opens the namespace MNTNS through a process that is in it. Returns a descriptor that the caller
 * closes, or negative errno: -ENOENT where that process is there no more.
 */
int nslist_open(const struct nslist_entry *mntns);

/* Frees NSLIST; NULL is fine. */
void nslist_free(struct nslist *nslist);

#endif
