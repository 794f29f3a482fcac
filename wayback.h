/* SPDX-License-Identifier: BSD-3-Clause */
/* A namespace of the calling process, kept so that it can be gone back to. */
#ifndef NSTREE_WAYBACK_H
#define NSTREE_WAYBACK_H

#include <stdbool.h>

#include "error.h"
#include "handle.h"

/* TYPE is CLONE_NEWNS, CLONE_NEWIPC or CLONE_NEWPID (the namespace that its children will be in).
 */
struct way_back {
	int type;
	struct handle handle; /* where it is init's namespace and the kernel has handles, or */
	int fd;		      /* a descriptor, -1 where the handle serves */
};

#define WAY_BACK_INIT                                                                              \
	{                                                                                          \
		.fd = -1                                                                           \
	}

/*
 * Opens the calling process's own namespace of TYPE (pidfd_open(2), ioctl_nsfs(2)); a tree need not
 * have a /proc. Returns a descriptor that the caller closes, or negative errno.
 */
int way_back_own(int type, struct error *error);

/* Whether the descriptor NAMESPACE, of TYPE, is the namespace of process 1. */
bool way_back_is_init(int type, int namespace);

/*
 * Keeps the namespace NAMESPACE of TYPE, the process's own. No descriptor is kept where an nsfs
 * file handle does as well (open_by_handle_at(2), FD_NSFS_ROOT, since Linux 6.18), because a
 * session's processes inherit descriptors until they exec. WAY is the caller's, for
 * way_back_close(), whatever this returns: 0 or negative errno.
 */
int way_back_open(struct way_back *way, int type, int namespace, struct error *error);

/* Whether there is a way that way_back_go() would go. */
bool way_back_is_open(const struct way_back *way);

/* Goes there (setns(2)). Returns 0, or negative errno with what went wrong said. */
int way_back_go(const struct way_back *way, struct error *error);

/* Forgets it; the process stays where it is. */
void way_back_close(struct way_back *way);

#endif
