/* SPDX-License-Identifier: BSD-3-Clause */
/* nstree explain: which rule a user gets and why, and the tree as it would be. */
#ifndef NSTREE_EXPLAIN_H
#define NSTREE_EXPLAIN_H

#include <stdbool.h>

#include "error.h"

struct explain_options {
	const char *file; /* the policy */
	bool installed;	  /* it is the policy that logins read */
	const char *user;
	const char *service;
	const char *from, *tty; /* PAM_RHOST and PAM_TTY; NULL for none */
	char *const *env;	/* the PAM environment, "NAME=VALUE" to a NULL; NULL: not known */
	bool json;
	bool color;
};

/*
 * Prints each rule in turn and why it does or does not match, then the tree drawn as findmnt(8)
 * draws one, what isolate= adds, what share= is, and what would refuse the session. With JSON one
 * object: "user", "service", "file", "rules" (objects with "line", "who", "service", "tree",
 * "matches", "why"), "tree" (null for the host's own, else "name", "file", "rows": objects with
 * "line", "target", "source", "fstype", "options"), "isolate" (an array of words), "share" ("user"
 * or "none", null for the host's own tree), "refused", "warnings"
 * and "notes" (arrays of messages), "services" (explain_services_json()). Returns 0, 1 where
 * the session would be refused, or negative errno with the reason.
 */
int explain_session(const struct explain_options *options, struct error *error);

#endif
