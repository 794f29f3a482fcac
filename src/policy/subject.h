/* SPDX-License-Identifier: BSD-3-Clause */
/* Who opens a session, and by which PAM service: rules match this, and specifiers expand to it. */
#ifndef NSTREE_SUBJECT_H
#define NSTREE_SUBJECT_H

#include <limits.h>
#include <stdbool.h>
#include <sys/types.h>

#include "accounts.h"
#include "error.h"
#include "grouplist.h"
#include "hostname.h"

struct subject;

/* Answers about groups in place of the name service, for who asks about many users. A login has
 * none. */
struct subject_memory {
	/* As subject_in_group(). */
	int (*in_group)(struct subject_memory *memory, const struct subject *subject,
			const char *group, struct error *error);
};

#define SUBJECT_ID_SIZE 17

struct subject {
	char *user;
	uid_t uid;
	gid_t gid; /* the primary group */
	char *home;
	char *service;			 /* the PAM service: sshd, login, su, ... */
	char *rhost;			 /* PAM_RHOST; NULL for none */
	char *tty;			 /* PAM_TTY; NULL for none */
	bool limited;			 /* look-ups of groups and other users have a time limit */
	const struct accounts *accounts; /* asked in place of the name service; NULL for that */
	struct subject_memory *memory;	 /* asked in the same way for groups alone; NULL for none */
	char id[SUBJECT_ID_SIZE];	 /* the session's, as %i has it; "" where none begins */
	char **environment; /* PAM's, "NAME=VALUE", to a NULL; NULL: not known, as before a login */
	struct group_list *groups; /* empty until a rule needs it, which not every policy does */
	struct host_addresses *addresses; /* of `rhost`, in the same way; NULL: nothing is kept */
};

/*
 * Asks NSS for USER (getpwnam_r(3)), without a time limit: the application has asked for the same
 * entry before. *SUBJECT is the caller's, for subject_free(). Returns 0, or negative errno: -ENOENT
 * where there is no such user.
 */
int subject_load(const char *user, const char *service, struct subject **subject,
		 struct error *error);

/* Sets PAM_RHOST and PAM_TTY, either of which may be NULL. Returns 0 or -ENOMEM. */
int subject_set_origin(struct subject *subject, const char *rhost, const char *tty,
		       struct error *error);

/* Gives SUBJECT's session an id of 16 random hexadecimal digits. Returns 0 or negative errno. */
int subject_make_id(struct subject *subject, struct error *error);

/*
 * Sets the PAM environment (pam_getenvlist(3)) to a copy of LIST, "NAME=VALUE" each, to a NULL.
 * NULL is an empty one. Returns 0 or -ENOMEM.
 */
int subject_set_environment(struct subject *subject, char *const *list, struct error *error);

/* The value of the variable NAME, of LENGTH bytes, in the PAM environment; NULL for none. */
const char *subject_variable(const struct subject *subject, const char *name, size_t length);

/*
 * Whether the terminal of SUBJECT (PAM_TTY) is a device in the host's /dev itself, as consoles and
 * serial lines are, and pseudoterminals are not; then its path is in PATH.
 */
bool subject_has_console(const struct subject *subject, char path[PATH_MAX]);

/* Frees what subject_load() and subject_set_origin() made; NULL is fine. */
void subject_free(struct subject *subject);

/* For cleanup(). */
static inline void cleanup_subject(struct subject **subject)
{
	subject_free(*subject);
}

/*
 * Asks for the user's groups, once. Returns 0, or negative errno where a source could not answer,
 * so that the list may be too short.
 */
int subject_load_groups(const struct subject *subject, struct error *error);

/*
 * Whether the subject is a member of GROUP (lookup_member()). Returns 1 or 0; -ENOENT where no
 * source knows GROUP, which then has no members; or another negative errno where NSS could not say:
 * a rule that might match must not be skipped.
 */
int subject_in_group(const struct subject *subject, const char *group, struct error *error);

/* The same for the netgroup NETGROUP (netgroup_has_user()). The files of a directory have none. */
int subject_in_netgroup(const struct subject *subject, const char *netgroup, struct error *error);

/*
 * The addresses of the subject's PAM_RHOST, which is a host name (hostname_confirm()). Returns 0 or
 * negative errno.
 */
int subject_look_up_host(const struct subject *subject, struct host_addresses *addresses,
			 struct error *error);

/*
 * The uid of the user NAME, or the gid of the group NAME, by what the subject's names are looked up
 * in. Return 0, or negative errno: -ENOENT where there is none.
 */
int subject_look_up_uid(const struct subject *subject, const char *name, uid_t *uid,
			struct error *error);
int subject_look_up_gid(const struct subject *subject, const char *name, gid_t *gid,
			struct error *error);

/*
 * Whether the subject is a member of one of GROUPS, which ends with NULL (lookup_any_member()).
 * Returns 1 or 0, or negative errno where NSS could not say.
 */
int subject_in_any_group(const struct subject *subject, const char *const *groups,
			 struct error *error);

/*
 * The name of the primary group (getgrgid_r(3)); *NAME is the caller's, for free(3).
 * Returns 0, or negative errno: -ENOENT where the group has no name.
 */
int subject_group_name(const struct subject *subject, char **name, struct error *error);

#endif
