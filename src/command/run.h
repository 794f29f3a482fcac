/* SPDX-License-Identifier: BSD-3-Clause */
/* nstree run: a user's session without a login, in the tree that a login would get. */
#ifndef NSTREE_RUN_H
#define NSTREE_RUN_H

#include <stdbool.h>

#include "error.h"

struct run_options {
	const char *file; /* the policy */
	const char *user;
	const char *service;
	const char *from, *tty; /* PAM_RHOST and PAM_TTY; NULL for none */
	char *const *env;	/* the PAM environment, "NAME=VALUE" to a NULL */
	bool keep_root;		/* look around as root inside */
	char **command;		/* NULL-terminated; NULL for the user's login shell */
};

/*
 * Opens the session as the module does, runs the command in it and closes it again. Where standard
 * input, output or error is a terminal the session has a pty in its place. SIGTERM, SIGHUP, SIGINT
 * and SIGQUIT are passed on; after the first two, and when this process is killed, what does not
 * end within two seconds is killed. Returns the command's exit status, 128 and the signal where one
 * ended it; or negative errno with what the log would have of a refused session.
 */
int run_session(const struct run_options *options, struct error *error);

#endif
