/* SPDX-License-Identifier: BSD-3-Clause */
/* The process that has a session: what sshd does for it, and nothing else. */
#ifndef NSTREE_BENCH_CALLER_H
#define NSTREE_BENCH_CALLER_H

#include <security/pam_appl.h>
#include <stdbool.h>
#include <time.h>

#include "contender.h"
#include "told.h"

struct caller {
	const struct contender *contender;
	pam_handle_t *pamh;
	int host; /* the host's namespace, for a bare session to go back to */
};

/* What sshd has done by then: the user is looked up, the time zone read, the modules are loaded. */
bool caller_prepare(struct caller *caller);

bool caller_open(const struct caller *caller);
bool caller_close(const struct caller *caller);

/* Writes what happened, and when, to the pipe TOLD; the process ends where it cannot. */
void caller_tell(int told, int what, struct timespec since);

/* Returns when the other ends of the pipe FD are closed. */
void caller_wait(int fd);

#endif
