/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The groups of a user, from every source of the name service. getgrouplist(3) returns the same
 * list, but hides that a source could not answer: the list is shorter then, and a rule for one of
 * the missing groups would be skipped.
 */
#ifndef NSTREE_GROUPLIST_H
#define NSTREE_GROUPLIST_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "error.h"
#include "nsswitch.h"

struct group_list {
	gid_t *ids; /* the primary group first; NULL before group_list_load() */
	size_t n_ids;
	struct error failure; /* the first source that could not answer; number 0 where all did */
};

/*
 * Asks each source of nsswitch.conf(5) for the supplementary groups of USER, whose primary group is
 * GID, and adds them up as initgroups(3) does. A source that cannot be loaded, or whose status is
 * UNAVAIL or TRYAGAIN, is noted in LIST->failure, and the next one is asked. LIST is the caller's,
 * for group_list_clear(). Returns 0 or negative errno. Blocks for as long as the sources do.
 */
int group_list_load(const char *user, gid_t gid, struct group_list *list, struct error *error);

/*
 * Asks one SOURCE of group_list_load()'s, in *STATUS what it says. LIST->ids, which is not NULL,
 * has room for *SIZE, and grows. Returns 0 or -ENOMEM.
 */
int group_list_ask(const struct nss_source *source, const char *user, gid_t gid,
		   struct group_list *list, long *size, enum nss_status *status,
		   struct error *error);

/*
 * Whether a group that getgrnam_r(3) did not find is missing for certain: it returns the same where
 * a source was UNAVAIL and set no errno, or could not be loaded. Asks each source of
 * nsswitch.conf(5) for the group NAME. Returns 0 where all have answered that there is none, or
 * negative errno.
 */
int group_confirm_missing(const char *name, struct error *error);

bool group_list_has(const struct group_list *list, gid_t gid);

void group_list_clear(struct group_list *list);

#endif
