/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Questions to the name service that an application has not asked before this module does, with a
 * limit on the time that a source may take. (The user's own entry is not among them: no application
 * opens a session without it, and nss_user_by_name() asks for it directly.)
 *
 * If nsswitch.conf(5) has sources other than local files for what is asked, a child process asks
 * (child_call()), as a source that blocks cannot be interrupted in any other way. An application
 * with several threads asks by itself, without a limit (child_may_allocate()); it can enter no tree
 * anyway. With LIMITED false the caller itself asks, waits for as long as the source does, and
 * accepts glibc's "not found" for a group unchecked (group_confirm_missing()).
 *
 * Each returns negative errno with ERROR set: -ENOENT where there is no such name,
 * -ETIMEDOUT where no answer came in LOOKUP_SECONDS, another where a source could not answer.
 */
#ifndef NSTREE_LOOKUP_H
#define NSTREE_LOOKUP_H

#include <stdbool.h>
#include <sys/types.h>

#include "error.h"
#include "grouplist.h"
#include "hostname.h"

#define LOOKUP_SECONDS 30

/* The uid of USER, in *UID. Returns 0 or negative errno. */
int lookup_uid(const char *user, bool limited, uid_t *uid, struct error *error);

/* The gid of GROUP, in *GID. Returns 0 or negative errno. */
int lookup_gid(const char *group, bool limited, gid_t *gid, struct error *error);

/* The name of the group GID, in *NAME for free(3). Returns 0 or negative errno. */
int lookup_group_name(gid_t gid, bool limited, char **name, struct error *error);

/*
 * The groups of USER, whose primary group is GID: group_list_load(), unless LIST has them already.
 * Returns 0 or negative errno.
 */
int lookup_group_list(const char *user, gid_t gid, bool limited, struct group_list *list,
		      struct error *error);

/*
 * Whether USER is in GROUP: it is the primary group GID, the group has USER among its members, or
 * the user's own list has it. LIST is that list, and is loaded where it is empty and needed.
 * Returns 1 or 0, or negative errno. A source that could not list the user's groups makes it an
 * error only where none of the others says that the user is a member.
 */
int lookup_member(const char *user, gid_t gid, const char *group, bool limited,
		  struct group_list *list, struct error *error);

/*
 * Whether USER is in one of GROUPS, which ends with NULL, as lookup_member() tells of one of them;
 * all are asked for in one child. A group that no source knows has no members, and one that cannot
 * be looked up is an error only where none of the others has USER. Returns 1 or 0, or negative
 * errno.
 */
int lookup_any_member(const char *user, gid_t gid, const char *const *groups, bool limited,
		      struct group_list *list, struct error *error);

/* Whether USER is in NETGROUP: netgroup_has_user(). Returns 1 or 0, or negative errno. */
int lookup_netgroup_member(const char *user, const char *netgroup, bool limited,
			   struct error *error);

/* The addresses of the host NAME: hostname_confirm(). Returns 0 or negative errno. */
int lookup_host(const char *name, bool limited, struct host_addresses *addresses,
		struct error *error);

#endif
