/* SPDX-License-Identifier: BSD-3-Clause */
/* The users of a host: those that NSS lists, and those that a policy's rules name. */
#ifndef NSTREE_USERLIST_H
#define NSTREE_USERLIST_H

#include <stddef.h>

#include "accounts.h"
#include "policy.h"
#include "subject.h"

/* Users as subjects without service and groups: a caller that needs them makes a copy that has. */
struct userlist {
	struct subject *users;
	size_t n_users;
};

/*
 * Reads the users that getpwent(3) lists, which with some sources are not all, and adds those that
 * the N_POLICIES policies name, the members of the groups that they name and, where a source may
 * not list all, those who have logged in (loginlog.h). Users with a shell of
 * shells(5) come first, then by uid. *LIST is for userlist_clear(), whatever this returns: 0 or
 * -ENOMEM.
 */
int userlist_load(const struct policy *const *policies, size_t n_policies, struct userlist *list);

/*
 * The users of ACCOUNTS, which must outlive LIST and is asked for their groups, as a host with its
 * passwd and group would have them. Returns as userlist_load() does.
 */
int userlist_of_accounts(const struct accounts *accounts, struct userlist *list);

void userlist_clear(struct userlist *list);

#endif
