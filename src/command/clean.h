/* SPDX-License-Identifier: BSD-3-Clause */
/* nstree clean: taking away the directories of sessions that have ended without it. */
#ifndef NSTREE_CLEAN_H
#define NSTREE_CLEAN_H

#include "error.h"

/*
 * Takes away what x-nstree.remove should have (removal_sweep()), after a crash of the machine or
 * where it failed before, and prints what is still left. Returns 0, 1 where something is left, or
 * negative errno.
 */
int clean_directories(struct error *error);

#endif
