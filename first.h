/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The first process of a session's PID namespace (pid_namespaces(7)). When it ends, the kernel ends
 * every process of the namespace; and it ends with the process that started it, however that ends.
 *
 * A namespace that sessions share has a first process that ends with the last of them, and a
 * process for each of them, which ends with the one that started it. Who counts is the kernel: each
 * holds a shared lock (flock(2)) on one file, and the first process waits for an exclusive one.
 */
#ifndef NSTREE_FIRST_H
#define NSTREE_FIRST_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "error.h"

struct first { /* or the session's own process in a shared namespace */
	pid_t pid;
	pid_t parent;		 /* who started it, and may wait for it */
	bool mute;		 /* what it would be sent at the parent's death is forbidden */
	struct first_page *page; /* shared with it: to ask it to end, where signals are forbidden */
};

/*
 * Starts it in a new PID namespace. It reaps what loses its parent, holds no descriptor, no
 * capability and no terminal, and is no child that the application's wait(2) would see.
 * MUTE is whether the calling process will be in a Landlock domain without signals to the outside:
 * what the kernel sends when it dies is then forbidden as well, and the first process looks for it
 * every two seconds. FIRST is the caller's, for first_end() or first_forget(). Returns a descriptor
 * of the namespace, which the caller closes, or negative errno: then nothing was started.
 */
int first_start(struct first *first, bool mute, struct error *error);

/*
 * Starts the first process of a PID namespace to be shared. It is no child of the calling process,
 * reaps what loses its parent, and holds no descriptor but a copy of LOCK: once it has the
 * exclusive lock on that file it takes every permission from it (fchmod(2)), so that who comes late
 * can tell, and ends. The caller must hold a shared lock on it. Returns a descriptor of the
 * namespace, which the caller closes, or negative errno.
 */
int first_share(int lock, struct error *error);

/*
 * Starts the session's own process in the PID namespace that children of the calling process are
 * in, which is shared: as first_start(), but that it holds a copy of LOCK, with a shared lock, for
 * as long as it lives. Returns 0, or negative errno: -ENOMEM where the namespace is at its end.
 */
int first_join(struct first *first, bool mute, int lock, struct error *error);

/*
 * Ends the namespace's processes, or the session's own one, waits for that at most 10 seconds, and
 * forgets FIRST. In another process than the one that started it, only forgets. Returns 0, or
 * -ETIMEDOUT: some process is stuck in the kernel, and ends when it gets out.
 */
int first_end(struct first *first, struct error *error);

/* Forgets FIRST, which goes on. */
void first_forget(struct first *first);

#endif
