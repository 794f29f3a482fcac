/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A directory emptied by a process with its owner's credentials: whatever its owner does to it
 * meanwhile, nothing is removed that the owner could not remove.
 */
#ifndef NSTREE_DELETION_H
#define NSTREE_DELETION_H

#include <sys/types.h>

#include "error.h"

#define DELETION_SECONDS 30

/*
 * Removes all that is in DIRECTORY, an O_PATH descriptor, as UID and GID without further groups, in
 * a child process. Each name is looked up in a directory that is kept open (openat2(2)): no
 * symbolic link is followed, and no mount is entered. Directories of the user's without write
 * permission are given it first. Goes on after what cannot be removed, and gives up where nothing
 * was removed for DELETION_SECONDS, as on a server that does not answer. Returns 0 if the directory
 * is empty, or negative errno with the first name that was left, and why: -EXDEV for a mount,
 * -ETIMEDOUT.
 */
int deletion_run(int directory, uid_t uid, gid_t gid, struct error *error);

#endif
