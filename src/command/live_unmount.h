/* SPDX-License-Identifier: BSD-3-Clause */
/* A row unmounted in the namespace of a running session. */
#ifndef NSTREE_LIVE_UNMOUNT_H
#define NSTREE_LIVE_UNMOUNT_H

#include <stdbool.h>
#include <sys/stat.h>

#include "error.h"
#include "mountlist.h"

struct live_unmount {
	const char *target;
	struct stat source;  /* what the row shows; st_ino is 0 where that is not known */
	bool may_be_missing; /* nothing mounted there is no error */
};

/*
 * Unmounts ROW, with the mounts below it (rbind), in the calling process's mount namespace. ROOT is
 * that namespace's root directory and the working directory, MOUNTS what is mounted in it. Refuses
 * where that would uncover something that is not root's on a path that root's code is loaded from.
 * Where the row is busy, the mounts below it are put back. Returns 0, 1 where nothing is mounted
 * there and may be missing, or negative errno with the reason.
 */
int live_unmount_row(const struct mountlist *mounts, const struct live_unmount *row, int root,
		     struct error *error);

/* A detached copy of the mount that FD is on (open_tree(2)): a descriptor, or -1 with errno. */
int live_mount_clone(int fd);

#endif
