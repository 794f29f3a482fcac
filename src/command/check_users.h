/* SPDX-License-Identifier: BSD-3-Clause */
/* nstree check: the users of the host, listed once, and the rules that each of them may get. */
#ifndef NSTREE_CHECK_USERS_H
#define NSTREE_CHECK_USERS_H

#include <pwd.h>
#include <stdbool.h>
#include <stddef.h>

#include "nametable.h"
#include "nsswitch.h"
#include "policy.h"
#include "subject.h"

struct check_user {
	char *name, *home;
	const char *shell; /* not the user's own */
	uid_t uid;
	gid_t gid;
	bool is_login; /* the shell is in shells(5): accounts with another are not for logins */
	gid_t *groups; /* the user's own, once a rule needed them; NULL before */
	size_t n_groups;
};

/* Nothing is read before it is needed; for check_users_clear(). */
struct check_users {
	const struct policy *policy;
	bool listed;
	char partial[NSS_SOURCE_NAME_SIZE]; /* a source that may not list all of its users, or "" */
	const char *unread;		    /* a log of logins that cannot be read; NULL for none */
	struct check_user *users;	    /* in the order of listing.h */
	size_t n_users;
	struct nametable by_name;
	struct check_shell {
		char *name;
		bool is_login;
	} * shells;
	size_t n_shells;
	struct check_service {
		char *name;
		size_t *reach; /* policy_reach() of each user by this service, more by 1; 0 before
				*/
	} * services;
	size_t n_services;
	struct subject_memory *memory;
};

/* Sets the policy that check_users_may_get() is about; what is known of the users stays. */
void check_users_set_policy(struct check_users *users, const struct policy *policy);

/*
 * Lists the users of listing.h once; where these may not be all, also those who have logged in
 * (loginlog.h). Returns 0 or -ENOMEM.
 */
int check_users_list(struct check_users *users);

/* The listed user NAME; NULL for none, and before check_users_list(). */
struct check_user *check_users_find(const struct check_users *users, const char *name);

/* ENTRY, which must outlive it, as a user that is not listed. */
struct check_user check_users_unlisted(const struct passwd *entry);

/*
 * USER, listed or not, as one who logs in by SERVICE. GROUPS is for check_users_keep_groups() after
 * the last use of the subject.
 */
struct subject check_users_subject(struct check_users *users, const struct check_user *user,
				   const char *service, struct group_list *groups);

/* Keeps USER's GROUPS for the next time, or frees them. */
void check_users_keep_groups(struct check_user *user, struct group_list *groups);

/* As policy_may_get() says of RULE, one of the policy's, and SUBJECT, who is USER. */
int check_users_may_get(struct check_users *users, const struct check_user *user,
			const struct subject *subject, const struct rule *rule,
			struct error *error);

void check_users_clear(struct check_users *users);

#endif
