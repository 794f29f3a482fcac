/* SPDX-License-Identifier: BSD-3-Clause */
/* Rows mounted in and unmounted from the mount namespace of a live session. */
#ifndef NSTREE_LIVE_MOUNT_H
#define NSTREE_LIVE_MOUNT_H

#include <stdbool.h>
#include <stddef.h>

#include "error.h"
#include "mountlist.h"
#include "subject.h"
#include "tree.h"

enum live_mount_result {
	LIVE_MOUNT_FAILED,
	LIVE_MOUNT_DONE,
	LIVE_MOUNT_ABSENT,   /* there was nothing to unmount: nofail had left it out */
	LIVE_MOUNT_LEFT_OUT, /* a row with `nofail` whose source or target is missing */
};

/* One change: a row to be mounted, or the mount of an earlier row to be unmounted. */
struct live_mount {
	const struct row *row; /* NULL to unmount */
	const char *target;
	const char *source;	  /* of a bind row to be unmounted; NULL for another row */
	bool nofail;		  /* of a row to be unmounted: it may never have been mounted */
	struct live_mount *other; /* where a row replaces another: its counterpart; else NULL */
	enum live_mount_result result;
	struct error error; /* why it failed */
};

/* A mount namespace and its session. */
struct live_namespace {
	int mount;	    /* a descriptor of the mount namespace */
	int pid, ipc, net;  /* of the others; -1 for the caller's own */
	bool sockets_fixed; /* its Landlock domain allows no further sockets */
	const struct subject *subject;
	const struct mountlist *mounts; /* what is mounted in it */
};

/*
 * Makes CHANGES in a child process and sets the result of each: opens every source in the caller's
 * tree as a login does, enters the namespace (setns(2)), unmounts in order what is not busy, and
 * mounts the new rows in order. Targets are resolved in the namespace without symbolic links. On
 * paths that root's code is loaded from, only what is root's is mounted or uncovered. A change that
 * fails leaves nothing behind and does not stop the others; a row is not unmounted for one that
 * could not be opened. Returns 0, or negative errno where no change was tried.
 */
int live_mount_rows(const struct live_namespace *ns, struct live_mount *changes, size_t n_changes,
		    struct error *error);

#endif
