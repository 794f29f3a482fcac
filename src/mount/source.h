/* SPDX-License-Identifier: BSD-3-Clause */
/* The source of a bind row: made where the row asks for it, opened, and checked. */
#ifndef NSTREE_SOURCE_H
#define NSTREE_SOURCE_H

#include "error.h"
#include "home.h"
#include "mountcontext.h"
#include "path.h"
#include "row.h"
#include "subject.h"

/*
 * Opens what the bind ROW mounts, in the caller's own tree, after making it where x-nstree.create
 * asks for it; what is made is listed in CONTEXT's undo log. Returns an O_PATH descriptor that the
 * caller closes, or negative errno: -EPERM where the source is not to be trusted, which no `nofail`
 * covers.
 */
int source_open(const struct row *row, const struct mount_context *context, struct error *error);

/*
 * Makes the source of ROW, which has x-nstree.create, and what is missing above it; source_open()
 * begins with it. Returns 0, also where it is there already, or negative errno.
 */
int source_create(const struct row *row, const struct mount_context *context, struct error *error);

/*
 * Whether what x-nstree.mounted of ROW names is a mount point, if the row has it: the directory
 * beneath may be on the host's own disk otherwise. source_open() asks first. KNOWN is for
 * path_open_known(), and may be NULL. Returns 0, -ENODEV where nothing is mounted there, or another
 * negative errno.
 */
int source_check_mounted(const struct row *row, struct pathcache *known, struct error *error);

/* Sets ERROR for ROW, whose source does not exist; returns -ENOENT. */
int source_set_missing(const struct row *row, struct error *error);

/*
 * Whether source_open() would take SOURCE, found by path_open(), for the bind ROW of SUBJECT's
 * tree. KNOWN as for home_check_source(). Makes nothing. Returns 0, or negative errno as
 * source_open() does.
 */
int source_check(const struct row *row, const struct subject *subject, const struct path *source,
		 struct home_places *known, struct error *error);

/*
 * Opens the directory of X-mount.subdir beneath DIRECTORY (openat2(2): no symbolic link, nothing
 * above). Returns an O_PATH descriptor that the caller closes, or negative errno.
 */
int source_open_subdirectory(int directory, const struct row *row, struct error *error);

#endif
