/* SPDX-License-Identifier: BSD-3-Clause */
/* nstree refresh: living sessions brought to what the policy says by now, without ending them. */
#ifndef NSTREE_REFRESH_H
#define NSTREE_REFRESH_H

#include <stdbool.h>

#include "error.h"

/*
 * For each namespace of the sessions that WHICH names (live_select(); NULL for all): mounts the
 * rows that the policy gained since they began, takes away those that it lost where nothing holds
 * them, and writes into their records what is there by then. Says what was done and what could not
 * be. With JSON an object with "namespaces", an array of objects with "namespace", "user",
 * "mounted", "removed" and "left_out" (arrays of targets), and "failed": objects with "target"
 * (null where it is no single row's) and "message". Returns 0, 1 where something could not be
 * changed, or negative errno with the reason.
 */
int refresh_sessions(const char *which, bool json, bool color, struct error *error);

#endif
