/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * All users and groups that the name service lists: getpwent(3) and getgrent(3). A source may list
 * none of those that it knows by name.
 *
 *	for (entry = listing_first_user(); entry; entry = listing_next_user())
 *
 * glibc dereferences NULL where the database's line in nsswitch.conf(5) names no source; these
 * list nobody then. An entry is valid until the next call.
 */
#ifndef NSTREE_LISTING_H
#define NSTREE_LISTING_H

#include <grp.h>
#include <pwd.h>
#include <stdbool.h>
#include <stddef.h>

const struct passwd *listing_first_user(void);
const struct passwd *listing_next_user(void);
const struct group *listing_first_group(void);
const struct group *listing_next_group(void);

/*
 * Whether each source of users lists all of them, as far as its name tells; else SOURCE, of SIZE
 * bytes, is the first that may not (sss, ldap, winbind).
 */
bool listing_has_all_users(char *source, size_t size);

#endif
