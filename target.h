/* SPDX-License-Identifier: BSD-3-Clause */
/* Where a row is mounted: a place in a tree, resolved without any symbolic link. */
#ifndef NSTREE_TARGET_H
#define NSTREE_TARGET_H

#include "error.h"
#include "tree.h"

/* What of TARGET lies below DIRECTORY ("" for the same), or NULL where it does not. */
const char *target_below(const char *target, const char *directory);

/* The last component of PATH. */
const char *target_last(const char *path);

/*
 * Opens PATH beneath DIRECTORY (openat2(2): no symbolic link, no magic link, nothing above, no
 * waiting for an automounter), or DIRECTORY itself, which may then be a file, for "". Returns an
 * O_PATH descriptor that the caller closes, or negative errno: -ETIMEDOUT on an automounter.
 */
int target_open(int directory, const char *path);

/* Says in words for ROW what NUMBER, the errno of target_open(), means; returns -NUMBER. */
int target_say(const struct row *row, int number, struct error *error);

#endif
