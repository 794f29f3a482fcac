/* SPDX-License-Identifier: BSD-3-Clause */
/* Sessions as login managers know them: a user, and the process that leads it. */
#ifndef NSTREE_LOGINS_H
#define NSTREE_LOGINS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "error.h"

struct login {
	char *user; /* its number where the name service does not know it */
	uid_t uid;
	char *service; /* NULL where the source does not tell, as the next two */
	char *tty;
	char *from;
	pid_t leader;
	int64_t since; /* when the leader was started, in seconds since 1970 */
};

struct logins {
	struct login *sessions; /* the oldest first */
	size_t n_sessions;
	const char *source; /* a constant: "logind", "utmp" or "audit" */
};

/*
 * Appends a session of UID with LEADER. The texts are copied; each may be NULL. Skips a leader that
 * has ended. Returns 0 or -ENOMEM.
 */
int logins_add(struct logins *host, uid_t uid, pid_t leader, const char *service, const char *tty,
	       const char *from, struct error *error);

/* Removes session INDEX; those behind it move up. */
void logins_remove(struct logins *host, size_t index);

/* Frees what HOST holds; for cleanup(). */
void logins_clear(struct logins *host);

#endif
