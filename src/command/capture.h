/* SPDX-License-Identifier: BSD-3-Clause */
/* A program that is run for a limited time, without a terminal, and what it prints. */
#ifndef NSTREE_CAPTURE_H
#define NSTREE_CAPTURE_H

#include "userenv.h"

#define CAPTURE_SIZE 16384
#define CAPTURE_SECONDS 10

/* The exit statuses of a program that could not be run, as a shell has them. */
enum { CAPTURE_CANNOT_RUN = 126, CAPTURE_NOT_FOUND = 127 };

/*
 * Runs COMMAND, NULL-terminated, as the user of ENV and in that environment (userenv_run()), or for
 * NULL as the calling process is, in a session of its own (setsid(2)), with /dev/null of the
 * caller's descriptor 0 as standard input. What it prints goes into TEXT: at most CAPTURE_SIZE - 1
 * bytes, beyond which it gets EPERM. Returns its exit status, CAPTURE_CANNOT_RUN or
 * CAPTURE_NOT_FOUND with the reason in TEXT where it could not be run (or by a shell's convention),
 * 128 and the signal that ended it, or negative errno: -ETIMEDOUT where it had not ended after
 * CAPTURE_SECONDS and was killed.
 */
int capture_run(const struct userenv *env, char **command, char text[CAPTURE_SIZE]);

/* Cuts TEXT to its last line that is not empty, without blanks around it, and returns it. */
char *capture_last_line(char *text);

#endif
