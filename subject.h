/* SPDX-License-Identifier: BSD-3-Clause */
/* Who is logging in, and by which door: what rules are matched against and specifiers expand to. */
#ifndef NSTREE_SUBJECT_H
#define NSTREE_SUBJECT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "error.h"

/* A user's groups: asked for when a rule first wants them, which not every policy does. */
struct groups {
	gid_t *ids; /* primary and supplementary; NULL until then */
	size_t n_ids;
};

struct subject {
	char *user;
	uid_t uid;
	gid_t gid; /* the primary group */
	char *home;
	char *service; /* the PAM service: sshd, login, su, … */
	struct groups *groups;
};

/*
 * Asks NSS for USER (getpwnam_r(3)). *SUBJECT is the caller's, for subject_free().
 * Returns 0, or negative errno: -ENOENT where there is no such user.
 */
int subject_load(const char *user, const char *service, struct subject **subject,
		 struct error *error);

/* Frees what subject_load() made; NULL is fine. */
void subject_free(struct subject *subject);

/* For cleanup(). */
static inline void cleanup_subject(struct subject **subject)
{
	subject_free(*subject);
}

/* Asks for the groups now (getgrouplist(3)), once. Returns 0 or negative errno. */
int subject_load_groups(const struct subject *subject, struct error *error);

/*
 * Whether the subject's own group list (subject_load_groups()) holds the group named GROUP
 * (getgrnam_r(3)); a group that does not exist holds nobody. Returns 1 or 0, or negative errno
 * where NSS could not say: a rule that might have applied must not be passed over.
 */
int subject_in_group(const struct subject *subject, const char *group, struct error *error);

/*
 * The name of the primary group (getgrgid_r(3)); *NAME is the caller's, for free(3).
 * Returns 0, or negative errno: -ENOENT where the group has no name.
 */
int subject_group_name(const struct subject *subject, char **name, struct error *error);

#endif
