/* SPDX-License-Identifier: BSD-3-Clause */
/* isolate=, net=, tcp= and udp=: what keeps a session from processes outside and from networks. */
#ifndef NSTREE_ISOLATION_H
#define NSTREE_ISOLATION_H

#include <stdbool.h>

#include "error.h"
#include "isolate.h"
#include "network.h"
#include "origin.h"
#include "pidns.h"
#include "seccompfilter.h"

/* What sessions of a user share (share.h): descriptors, which belong to the caller. */
struct isolation_shared {
	int pid, ipc, net; /* namespaces to join, -1 for those that are to be made */
	int lock;	   /* with a shared lock, for the session's own process (pidns.h) */
	int first; /* the same file, opened again, for the init process of a new namespace */
};

/* A session's isolation, and the namespaces to return to. Landlock and seccomp cannot be undone. */
struct isolation {
	unsigned words;
	int ruleset;	   /* Landlock's, -1 for none or once it is entered */
	int pid_namespace; /* the session's, -1 for none or once it is entered */
	const struct seccomp_filter *filter;
	struct pidns pidns;
	struct origin ipc, pid, net;
};

/*
 * Prepares WORDS, a set of enum isolate, and NETWORK: all that can fail because a kernel
 * feature is missing fails here. The process is then in the session's IPC namespace, if it is to
 * have one, so that a mqueue row shows that one's, and in its network namespace, so that a sysfs
 * row shows that one's, and the PID namespace's init process runs. SHARED is NULL if the session
 * does not share its namespaces. *ISOLATION is the caller's; it ends with isolation_leave() or,
 * where the session goes on without this process, isolation_free(). Returns 0, or negative errno
 * naming the word at fault, and nothing has changed: -EOPNOTSUPP where this kernel lacks what the
 * word needs.
 */
int isolation_prepare(unsigned words, const struct network *network,
		      const struct isolation_shared *shared, struct isolation **isolation,
		      struct error *error);

/*
 * Puts the calling process and its future children under ISOLATION: its next child is in the PID
 * namespace (setns(2)), itself in the Landlock domain, under the filter and no_new_privs,
 * which cannot be undone. Returns 0 or negative errno.
 */
int isolation_enter(struct isolation *isolation, struct error *error);

/*
 * Ends what the session left running in its PID namespace, unless another session shares it, takes
 * the process back to the namespaces it came from and frees ISOLATION. All of it is done whatever
 * fails. Returns 0 or the first failure's negative errno. NULL is fine.
 */
int isolation_leave(struct isolation *isolation, struct error *error);

/*
 * Ends what the session left running in its PID namespace, as isolation_leave() does, and no more.
 * Does nothing in another process than the one that prepared ISOLATION.
 */
void isolation_end_processes(struct isolation *isolation);

/* Frees ISOLATION; what is isolated stays so. NULL is fine. */
void isolation_free(struct isolation *isolation);

#endif
