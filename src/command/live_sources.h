/* SPDX-License-Identifier: BSD-3-Clause */
/* Whether the sources of a live session's rows are still what the host has by their names. */
#ifndef NSTREE_LIVE_SOURCES_H
#define NSTREE_LIVE_SOURCES_H

#include <stdbool.h>

#include "error.h"
#include "tree.h"

/*
 * Sets MOVED[i] for each bind row i of TREE whose target in the mount namespace MNTNS shows another
 * file than the row's source on the host: the source was replaced, or another filesystem is mounted
 * there by now; or, with `nofail`, nothing is mounted on the target, and the source is there. It is
 * not set for rows with X-mount.subdir, for those that a later row covers, and
 * where one of the two cannot be looked at. Of files on a server only the filesystem is compared,
 * as their inode numbers may change (FUSE). Enters MNTNS in a child process. MOVED has as many
 * items as TREE has rows. Returns 0 or negative errno.
 */
int live_sources_compare(int mntns, const struct tree *tree, bool *moved, struct error *error);

#endif
