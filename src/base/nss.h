/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Users and groups, as the name service (nsswitch.conf(5)) has them. getpwnam_r(3) and the like,
 * with one loop for their buffer and with a failed look-up told apart from a missing name.
 */
#ifndef NSTREE_NSS_H
#define NSTREE_NSS_H

#include <grp.h>
#include <pwd.h>
#include <stdbool.h>

#include "error.h"
#include "nsswitch.h"

struct nss_user {
	struct passwd entry; /* its strings are in `buffer` */
	char *buffer;
};

struct nss_group {
	struct group entry; /* its strings and members are in `buffer` */
	char *buffer;
};

/*
 * Look up a user (getpwnam_r(3), getpwuid_r(3)) or a group (getgrnam_r(3), getgrgid_r(3)). What is
 * found is the caller's, for nss_user_clear() or nss_group_clear(). Returns 0; -ENOENT where the
 * sources that were asked agree that there is no such name; or another negative errno where one of
 * them could not answer, so that nothing is known. ERROR is set for both. They block for as long as
 * the sources do.
 */
int nss_user_by_name(const char *name, struct nss_user *user, struct error *error);
int nss_user_by_id(uid_t uid, struct nss_user *user, struct error *error);
int nss_group_by_name(const char *name, struct nss_group *group, struct error *error);
int nss_group_by_id(gid_t gid, struct nss_group *group, struct error *error);

/*
 * The group NAME as one SOURCE has it, whatever the sources before it say: members that it adds to
 * a group of another source are there too. Returns as nss_group_by_name() does.
 */
int nss_group_by_source(const struct nss_source *source, const char *name, struct nss_group *group,
			struct error *error);

/*
 * Whether a source that returned STATUS, with NUMBER in *errnop, could not answer. systemd's says
 * UNAVAIL with ESRCH where no service of users and groups runs, as in a container without systemd:
 * nobody is there whose groups could be missing.
 */
bool nss_could_not_answer(enum nss_status status, int number);

/* For cleanup(). */
void nss_user_clear(struct nss_user *user);
void nss_group_clear(struct nss_group *group);

#endif
