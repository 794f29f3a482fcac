/* SPDX-License-Identifier: BSD-3-Clause */
/* nstree refresh: the mounts of live sessions updated to the policy. */
#ifndef NSTREE_REFRESH_H
#define NSTREE_REFRESH_H

#include <stdbool.h>

#include "error.h"

/*
 * For each namespace of the sessions that WHICH names (live_sessions_select(); NULL for all):
 * mounts rows that were added to the policy since they began, unmounts rows that were removed from
 * it unless they are busy, and updates the sessions' records. Prints what was changed and
 * what failed. With JSON an object with "namespaces", an array of objects with "namespace",
 * "user", "mounted", "removed" and "left_out" (arrays of targets), and "failed": objects with
 * "target" (null where it is no single row's) and "message". Returns 0, 1 where something could not
 * be changed, or negative errno with the reason.
 */
int refresh_sessions(const char *which, bool json, bool color, struct error *error);

#endif
