/* SPDX-License-Identifier: BSD-3-Clause */
/* The mount point of a row: a path in a tree, resolved without symbolic links. */
#ifndef NSTREE_TARGET_H
#define NSTREE_TARGET_H

#include "error.h"
#include "tree.h"

/*
 * Opens PATH beneath DIRECTORY (openat2(2): no symbolic link, no magic link, nothing above), or
 * DIRECTORY itself, which may then be a file, for "". An automounter is not asked, and a server for
 * a limited time (timedcall.h). Returns an O_PATH descriptor that the caller closes, or negative
 * errno: -ETIMEDOUT for an automounter, or a server that does not answer.
 */
int target_open(int directory, const char *path);

/*
 * The same in a tmpfs that was made for the session and is attached nowhere, with no mount in it:
 * nothing that is looked up there waits for a server or automounter.
 */
int target_open_own(int directory, const char *path);

/* Sets ERROR for ROW, whose target_open() failed with the errno NUMBER; returns -NUMBER. */
int target_set_error(const struct row *row, int number, struct error *error);

#endif
