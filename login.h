/* SPDX-License-Identifier: BSD-3-Clause */
/* Who a process of `nstree run` is, and with what environment: as after a login. */
#ifndef NSTREE_LOGIN_H
#define NSTREE_LOGIN_H

#include <stdbool.h>
#include <sys/types.h>

#include "error.h"
#include "subject.h"

struct login {
	const struct subject *subject;
	bool keep_root; /* stay root, with the ids that the process has */
	char *user;	/* whom the environment is for: the subject, or root */
	char *home;
	char *shell;
	char *path;  /* ENV_PATH of login.defs(5), or ENV_SUPATH for uid 0 */
	mode_t mask; /* its UMASK and USERGROUPS_ENAB */
};

/*
 * Looks up on the host what the session's process will need inside. LOGIN is the caller's, for
 * login_clear(), whatever this returns: 0 or negative errno.
 */
int login_load(struct login *login, const struct subject *subject, bool keep_root,
	       struct error *error);

void login_clear(struct login *login);

/*
 * Makes the calling process the user's: ids and groups, a session keyring of its own, an
 * environment of HOME, SHELL, USER, LOGNAME, PATH and the caller's TERM, the umask, signals as at
 * the start of a program, the home directory, no descriptors but 0, 1 and 2; then runs COMMAND, or
 * for NULL the login shell. Returns only where that fails: the exit status that a shell would have,
 * with the reason in ERROR.
 */
int login_run(const struct login *login, char **command, struct error *error);

#endif
