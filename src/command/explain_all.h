/* SPDX-License-Identifier: BSD-3-Clause */
/* nstree explain --all: what each user gets by each service, by rule or one by one. */
#ifndef NSTREE_EXPLAIN_ALL_H
#define NSTREE_EXPLAIN_ALL_H

#include <stdbool.h>

#include "error.h"

struct explain_all_options {
	const char *file;	/* the policy */
	bool installed;		/* it is the policy that logins read */
	const char *from, *tty; /* PAM_RHOST and PAM_TTY; NULL for none */
	bool users;		/* each user and service, instead of each rule */
	bool json;
	bool color;
};

/*
 * Prints each rule, and each other reason to be in a tree or not, with its tree and options, how
 * many users it decides for, by which services, and three of their names; or with `users` a line
 * for each user and service. Users are those of userlist_load(), services those that open sessions
 * and those that a rule names. With JSON an object as nstree(8) describes it.
 * Returns 0; 1 where a session would be refused by a fault; or negative errno with the reason.
 */
int explain_all(const struct explain_all_options *options, struct error *error);

#endif
