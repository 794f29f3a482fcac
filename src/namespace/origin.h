/* SPDX-License-Identifier: BSD-3-Clause */
/* The namespace that the calling process was in, to return to it (setns(2)). */
#ifndef NSTREE_ORIGIN_H
#define NSTREE_ORIGIN_H

#include <stdbool.h>

#include "error.h"
#include "nshandle.h"

/* TYPE is CLONE_NEWNS, CLONE_NEWIPC, CLONE_NEWNET or CLONE_NEWPID (the namespace that its children
 * will be in). */
struct origin {
	int type;
	struct nshandle handle; /* of init's namespace, on a kernel with handles; or else */
	int fd;			/* a descriptor; -1 if there is a handle */
};

#define ORIGIN_INIT                                                                                \
	{                                                                                          \
		.fd = -1                                                                           \
	}

/*
 * Opens the calling process's own namespace of TYPE (pidfd_open(2), ioctl_nsfs(2)); a tree need not
 * have a /proc. Returns a descriptor that the caller closes, or negative errno.
 */
int origin_open_current(int type, struct error *error);

/* Whether the descriptor NAMESPACE, of TYPE, is the namespace of process 1. */
bool origin_is_init(int type, int namespace);

/* Whether the process is in a PID namespace other than the machine's first, or that is not known.
 */
bool origin_is_container(void);

/*
 * Fills in ORIGIN for NAMESPACE of TYPE, the process's own. It holds no descriptor if the namespace
 * can be opened by an nsfs file handle (open_by_handle_at(2), FD_NSFS_ROOT, since Linux 6.18),
 * because a session's processes inherit descriptors until they exec. In a container it does. ORIGIN
 * is the caller's, for origin_close(), whatever this returns: 0 or negative errno.
 */
int origin_keep(struct origin *origin, int type, int namespace, struct error *error);

/*
 * The same with a descriptor in every case: for a session with a PID namespace, whose processes may
 * not open a namespace outside of it by its handle.
 */
int origin_keep_descriptor(struct origin *origin, int type, int namespace, struct error *error);

/* Whether ORIGIN is filled in. */
bool origin_is_kept(const struct origin *origin);

/* Returns the process to it (setns(2)). Returns 0 or negative errno. */
int origin_return(const struct origin *origin, struct error *error);

/* Closes the descriptor and empties ORIGIN; the process stays where it is. */
void origin_close(struct origin *origin);

#endif
