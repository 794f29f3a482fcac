/* SPDX-License-Identifier: BSD-3-Clause */
/* What a user needs of a tree besides programs: the home, /tmp, devices, files of /etc. */
#ifndef NSTREE_INSPECT_PLACES_H
#define NSTREE_INSPECT_PLACES_H

#include "inspection.h"

/*
 * Fills in INSPECTION's host. Is called on the host, in a process of the user's (userenv_become());
 * leaves nothing behind.
 */
void inspect_places_on_host(const struct inspection *inspection);

/*
 * Adds to INSPECTION's findings what its user cannot use in the calling process's tree. Is called
 * in a process of the user's that leads no process group. It gets a controlling terminal for a
 * moment, and leaves nothing behind.
 */
void inspect_places(const struct inspection *inspection);

#endif
