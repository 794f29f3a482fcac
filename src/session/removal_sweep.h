/* SPDX-License-Identifier: BSD-3-Clause */
/* Taking away directories of sessions that have ended (removal_list.h). */
#ifndef NSTREE_REMOVAL_SWEEP_H
#define NSTREE_REMOVAL_SWEEP_H

#include <stdbool.h>

#include "error.h"
#include "removal_list.h"

/* Whether the session of ENTRY exists: its leader, or a process in its namespace. */
bool removal_is_in_use(const struct removal_entry *entry, const char *boot);

/*
 * Whether another entry of LIST than NAME is about the directory of ENTRY and in use; *OTHER is its
 * name then, if OTHER is not NULL. The list must be locked.
 */
bool removal_has_other_user(int list, const char *name, const struct removal_entry *entry,
			    const char *boot, char other[REMOVAL_NAME_SIZE]);

/*
 * Gives the directory of ENTRY, whose name is NAME, another name in its parent, which only root can
 * change, so that a new session can have its path. The list must be locked, and no one use it.
 * *PARENT is the parent, which the caller closes, and *DIRECTORY what is to be emptied. Returns 0,
 * -ENOENT where the directory is there no more, or another negative errno.
 */
int removal_move_away(const char *name, const struct removal_entry *entry, const char *boot,
		      int *parent, int *directory, struct error *error);

/*
 * Takes away the directory of the entry NAME, and the entry, if nobody uses it. If other sessions
 * do, one of them will. Returns 0; 1 where the entry's own session exists; or negative errno where
 * the directory, or a part of it, is left: the entry stays, as nobody's.
 */
int removal_take_away(int list, char name[REMOVAL_NAME_SIZE], const char *boot,
		      struct error *error);

/* Whether there is any entry whose process has ended; ALL as in removal_list_is_left(). */
bool removal_is_any_left(bool all);

/*
 * Takes away the directories of all entries whose process has ended. Each that is left is passed to
 * TELL. Returns how many there are, or negative errno.
 */
int removal_sweep(bool all, void (*tell)(const struct error *error), struct error *error);

#endif
