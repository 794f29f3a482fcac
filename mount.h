/* SPDX-License-Identifier: BSD-3-Clause */
/* One row of a tree as a detached mount: its source opened in the host's tree, and attributes. */
#ifndef NSTREE_MOUNT_H
#define NSTREE_MOUNT_H

#include <stdbool.h>

#include "error.h"
#include "made.h"
#include "path.h"
#include "subject.h"
#include "tree.h"

/* What all rows of a session have in common. */
struct mounting {
	const struct subject *subject;
	struct made *made; /* where directories made for x-nstree.create are listed */
	int pid_namespace; /* what proc shows, a descriptor; -1 for the caller's own */
};

/*
 * Opens the source of ROW, which is no symlink row, in the caller's own tree and returns it as a
 * detached mount that shares nothing with the host's (open_tree(2), fsopen(2), mount_setattr(2)).
 * *HOST is the source itself where that is
 * a directory of the host's, for the caller to close, and else -1. Returns a descriptor that the
 * caller closes: with it the mount is gone unless it was attached. Negative errno on error; the
 * caller says file and line. A source on a row that code is loaded from must be root's alone:
 * -EPERM, which no `nofail` covers.
 */
int mount_open(const struct row *row, const struct mounting *mounting, int *host,
	       struct error *error);

/*
 * Gives the detached mount its owner, mode and attributes (mount_setattr(2)): last, because what
 * is then read-only takes no more mount points. Returns 0 or negative errno.
 */
int mount_finish(int mount, const struct row *row, struct error *error);

/*
 * Whether root's code is loaded from TARGET, which is "/" or in /etc, /usr, /lib*, /bin or /sbin:
 * what is mounted there must be root's, and writable by no one else.
 */
bool mount_is_trusted_place(const char *target);

/* What must be root's in any tree, whether or not a row mounts it; NULL ends the list. */
extern const char *const mount_places[];

/*
 * Whether the SOURCE of the bind ROW, found by path_open(), is what mount_open() would take.
 * Returns 0, or negative errno as mount_open() does.
 */
int mount_try_source(const struct row *row, const struct path *source, struct error *error);

/*
 * Asks the kernel for the type of ROW, a filesystem's, and for its options, without making it
 * (fsopen(2), fsconfig(2)). PID_NAMESPACE as in struct mounting. Returns 0, or negative errno as
 * mount_open() does; -EPERM for want of CAP_SYS_ADMIN.
 */
int mount_try_filesystem(const struct row *row, int pid_namespace, struct error *error);

/* Says that WHAT met the kernel's limit, ENOSPC of a call that mounts; returns -ENOSPC. */
int mount_say_limit(const char *what, struct error *error);

#endif
