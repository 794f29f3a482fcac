/* SPDX-License-Identifier: BSD-3-Clause */
/* Users and groups of the passwd(5) and group(5) files of a directory, in place of the name
 * service. */
#ifndef NSTREE_ACCOUNTS_H
#define NSTREE_ACCOUNTS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "error.h"

struct accounts {
	struct accounts_user {
		char *name, *home, *shell;
		uid_t uid;
		gid_t gid;
	} * users;
	size_t n_users;
	struct accounts_group {
		char *name;
		char **members; /* NULL after the last */
		gid_t gid;
	} * groups;
	size_t n_groups;
};

/*
 * Reads ROOT/etc/passwd and ROOT/etc/group; one that does not exist is empty. *ACCOUNTS is the
 * caller's, for accounts_clear(), whatever this returns: 0 or negative errno.
 */
int accounts_load(const char *root, struct accounts *accounts, struct error *error);

/* The first of that name or id; NULL for none. They belong to ACCOUNTS. */
const struct accounts_user *accounts_find_user(const struct accounts *accounts, const char *name);
const struct accounts_group *accounts_find_group(const struct accounts *accounts, const char *name);
const struct accounts_group *accounts_find_gid(const struct accounts *accounts, gid_t gid);

/* As lookup_member(): 1, 0, or -ENOENT where there is no such group. */
int accounts_member(const struct accounts *accounts, const char *user, gid_t gid, const char *group,
		    struct error *error);

void accounts_clear(struct accounts *accounts);

#endif
