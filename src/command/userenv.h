/* SPDX-License-Identifier: BSD-3-Clause */
/* Credentials and environment of the user process of `nstree run`, as after a login. */
#ifndef NSTREE_USERENV_H
#define NSTREE_USERENV_H

#include <stdbool.h>
#include <sys/types.h>

#include "error.h"
#include "subject.h"

struct userenv {
	const struct subject *subject;
	bool keep_root; /* stay root, with the ids that the process has */
	char *user;	/* of the environment: the subject, or root */
	char *home;
	char *shell;
	char *path;  /* ENV_PATH of login.defs(5), or ENV_SUPATH for uid 0 */
	mode_t mask; /* its UMASK and USERGROUPS_ENAB */
};

/*
 * Looks up on the host what the session's process will need inside. ENV is the caller's, for
 * userenv_clear(), whatever this returns: 0 or negative errno.
 */
int userenv_load(struct userenv *env, const struct subject *subject, bool keep_root,
		 struct error *error);

void userenv_clear(struct userenv *env);

/*
 * Gives the calling process the ids and groups of SUBJECT, for good, and a new session keyring. The
 * groups have been loaded (userenv_load()). Returns 0 or negative errno.
 */
int userenv_become(const struct subject *subject, struct error *error);

/*
 * Makes the calling process the user's: ids and groups, a new session keyring, an
 * environment of HOME, SHELL, USER, LOGNAME, PATH and the caller's TERM, the umask, signals as at
 * the start of a program, the home directory, no descriptors but 0, 1 and 2; then runs COMMAND, or
 * for NULL the login shell. Returns only where that fails: the exit status that a shell would have,
 * with the reason in ERROR.
 */
int userenv_run(const struct userenv *env, char **command, struct error *error);

#endif
