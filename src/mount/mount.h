/* SPDX-License-Identifier: BSD-3-Clause */
/* One row of a tree as a detached mount. */
#ifndef NSTREE_MOUNT_H
#define NSTREE_MOUNT_H

#include "error.h"
#include "mountcontext.h"
#include "row.h"

/*
 * Opens the source of ROW, which is no symlink row, in the caller's own tree and returns it as a
 * detached mount that shares nothing with the host's (open_tree(2), fsopen(2), mount_setattr(2)).
 * *HOST is a descriptor of the source, which the caller closes, where ROW binds one, and else -1.
 * Returns a descriptor that the caller closes: the mount ends with it unless it was attached.
 * Negative errno on error; the caller adds file and line. A source on a place that code is loaded
 * from must be root's alone: -EPERM, which no `nofail` covers.
 */
int mount_open(const struct row *row, const struct mount_context *context, int *host,
	       struct error *error);

/*
 * Sets the owner, mode and attributes of ROW on the detached MOUNT (fchownat(2), fchmodat2(2),
 * mount_setattr(2)): last, because no mount point can be made in what is then read-only. Returns 0
 * or negative errno.
 */
int mount_finish(int mount, const struct row *row, struct error *error);

#endif
