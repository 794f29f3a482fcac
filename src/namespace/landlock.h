/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A Landlock domain (landlock(7)): what a session may not do to processes outside of it. Which
 * files it sees depends on the tree. The domain restricts access to files only with SOCKETS.
 */
#ifndef NSTREE_LANDLOCK_H
#define NSTREE_LANDLOCK_H

#include <stdbool.h>

#include "error.h"
#include "network.h"

/* What a domain keeps from a session. */
struct landlock_domain {
	bool processes; /* ptrace, /proc/PID/root and abstract sockets of processes outside */
	bool signals;	/* signals to them, */
	bool sockets;	/* and pathname sockets that they serve; both with `processes` only */
	const struct network *network; /* ports that are not in its tcp= and udp= */
};

/*
 * Whether there is anything that DOMAIN keeps from a session: with tcp=any or udp=none alone there
 * is nothing, and landlock_create_ruleset(2) refuses to create a ruleset without restrictions.
 */
bool landlock_restricts(const struct landlock_domain *domain);

/*
 * Creates the ruleset of DOMAIN, which restricts something (landlock_create_ruleset(2),
 * landlock_add_rule(2)). Returns a descriptor that the caller closes, or negative errno:
 * -EOPNOTSUPP where this kernel's Landlock lacks something, with the word at fault.
 */
int landlock_prepare(const struct landlock_domain *domain, struct error *error);

/*
 * For a RULESET with sockets: allows all access to everything beneath the directory ROOT
 * (landlock_add_rule(2)). All other files are denied, also those in a directory of the host whose
 * descriptor a process outside passes to the session by a socket. Returns 0 or negative errno.
 */
int landlock_allow_files(int ruleset, int root, struct error *error);

/* For a RULESET with sockets: allows connect(2) to SOCKET, an O_PATH descriptor. */
int landlock_allow_socket(int ruleset, int socket, struct error *error);

/*
 * Puts the calling thread and all its future children into the domain RULESET
 * (landlock_restrict_self(2)). This cannot be undone. Returns 0 or negative errno.
 */
int landlock_enter(int ruleset, struct error *error);

#endif
