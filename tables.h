/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The kernel's own tables: its mount namespaces, the processes in each, the mounts of one. From
 * listns(2), listmount(2) and statmount(2), and from /proc on kernels that lack these.
 */
#ifndef NSTREE_TABLES_H
#define NSTREE_TABLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "error.h"

/* A mount namespace. */
struct space {
	uint64_t id;	    /* the kernel's id; its inode before Linux 6.12 */
	ino_t inode;	    /* 0 where no process is in it */
	unsigned mounts;    /* 0 where that is not known */
	unsigned processes; /* how many are in it */
	pid_t process;	    /* one of these, 0 for none */
};

struct tables {
	struct space *spaces;
	size_t n_spaces;
};

/*
 * Reads which mount namespaces there are: those of processes, and those that only the kernel itself
 * can list (since Linux 6.19). Needs root. *TABLES is the caller's, for tables_free(). Returns 0 or
 * negative errno.
 */
int tables_load(struct tables **tables, struct error *error);

/* The namespace ID, or that of PROCESS; NULL where there is none. TABLES' own. */
const struct space *tables_find(const struct tables *tables, uint64_t id);
const struct space *tables_find_process(const struct tables *tables, pid_t process);

/*
 * Opens SPACE by way of a process that is in it. Returns a descriptor that the caller closes, or
 * negative errno: -ENOENT where that process is there no more.
 */
int tables_open(const struct space *space);

/* Frees TABLES; NULL is fine. */
void tables_free(struct tables *tables);

/* One mount, as findmnt(8) shows it. */
struct mounted {
	uint64_t id, parent; /* the kernel's ids of the mount and of what it is mounted on */
	char *target;	     /* seen from the namespace's root */
	char *source;	     /* with the directory that is bound, as in "/dev/sda1[/srv]" */
	char *type;
	char *options;
};

struct mounts {
	struct mounted *entries; /* each after the one that it is on, else the oldest first */
	size_t n_entries;
};

/*
 * Reads the mounts of SPACE. *MOUNTS is the caller's, for mounts_free(). Returns 0, or negative
 * errno: -ENOENT where the namespace has ended.
 */
int mounts_load(const struct space *space, struct mounts **mounts, struct error *error);

/* Frees MOUNTS; NULL is fine. */
void mounts_free(struct mounts *mounts);

/* For cleanup(). */
static inline void cleanup_mounts(struct mounts **mounts)
{
	mounts_free(*mounts);
}

#endif
