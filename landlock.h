/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A Landlock domain (landlock(7)): what a session may not do to processes outside of it. What it
 * may open is the tree's to say; only with sockets does the domain have a say as well, see below.
 */
#ifndef NSTREE_LANDLOCK_H
#define NSTREE_LANDLOCK_H

#include <stdbool.h>

#include "error.h"

/*
 * Makes a ruleset (landlock_create_ruleset(2)). Any domain keeps ptrace, /proc/PID/root and
 * abstract sockets of processes outside from the session; SIGNALS adds signals to them, SOCKETS
 * pathname sockets that they serve. Returns a descriptor that the caller closes, or negative errno:
 * -EOPNOTSUPP where this kernel's Landlock has no such thing, with the isolate= word at fault said.
 */
int landlock_prepare(bool signals, bool sockets, struct error *error);

/*
 * For a RULESET with sockets: what lies beneath the directory ROOT may be used as without Landlock
 * (landlock_add_rule(2)), and nothing else may: not even through the descriptor of a host's
 * directory, which a process outside can hand in where it is the one who connects. Returns 0 or
 * negative errno.
 */
int landlock_allow_files(int ruleset, int root, struct error *error);

/* For a RULESET with sockets: the pathname socket SOCKET, an O_PATH descriptor, may be reached. */
int landlock_allow_socket(int ruleset, int socket, struct error *error);

/*
 * Puts the calling thread and all its future children into the domain RULESET
 * (landlock_restrict_self(2)); there is no way back. Returns 0 or negative errno.
 */
int landlock_enter(int ruleset, struct error *error);

#endif
