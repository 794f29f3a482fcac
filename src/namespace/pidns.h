/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The init process of a session's PID namespace (pid_namespaces(7)), "nstree-first". When it ends,
 * the kernel kills every process of the namespace. It ends with the process that started it, even
 * if that is killed.
 *
 * A namespace that sessions share has an init process that ends with the last session, and for each
 * session a process, "nstree-session", that ends with the one that started it. Each of these holds
 * a shared lock (flock(2)) on one file, and the init process waits for the exclusive lock.
 */
#ifndef NSTREE_PIDNS_H
#define NSTREE_PIDNS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "error.h"

struct pidns { /* or the session's own process in a shared namespace */
	pid_t pid;
	pid_t parent;		 /* the process that started it and may wait for it */
	bool poll_parent;	 /* PR_SET_PDEATHSIG does not reach it: it looks for the parent */
	struct pidns_page *page; /* shared with it: to ask it to end, where signals are forbidden */
};

/*
 * Starts the init process of a new PID namespace. It reaps orphans, holds no descriptor, no
 * capability and no terminal, and is not a child that the application's wait(2) would see.
 * POLL_PARENT: the calling process will be in a Landlock domain that denies signals to processes
 * outside, which include PR_SET_PDEATHSIG's; the init process then looks for its parent in /proc
 * every two seconds. PIDNS is the caller's, for pidns_end() or pidns_forget(). Returns a descriptor
 * of the namespace, which the caller closes, or negative errno: then nothing was started.
 */
int pidns_start(struct pidns *pidns, bool poll_parent, struct error *error);

/*
 * Starts the init process of a PID namespace to be shared. It is no child of the calling process,
 * reaps orphans, and holds no descriptor but a copy of LOCK: once it has the exclusive lock on that
 * file it sets its mode to 0 (fchmod(2)), as a sign for late sessions, and ends. The caller
 * must hold a shared lock on it. Returns a descriptor of the namespace, which the caller closes, or
 * negative errno.
 */
int pidns_share(int lock, struct error *error);

/*
 * Starts the session's own process in the shared PID namespace that children of the calling process
 * are in: as pidns_start(), but it holds a copy of LOCK, with a shared lock, for as long as it
 * lives. Returns 0, or negative errno: -ENOMEM if the namespace is ending.
 */
int pidns_join(struct pidns *pidns, bool poll_parent, int lock, struct error *error);

/*
 * Ends the namespace's processes, or the session's own one, waits for that at most 10 seconds, and
 * empties PIDNS. In another process than the one that started it, it only empties PIDNS. Returns 0,
 * or -ETIMEDOUT: some process is stuck in the kernel, and ends when it gets out.
 */
int pidns_end(struct pidns *pidns, struct error *error);

/* Empties PIDNS; the process goes on. */
void pidns_forget(struct pidns *pidns);

#endif
