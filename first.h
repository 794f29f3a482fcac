/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The first process of a session's PID namespace (pid_namespaces(7)). When it ends, the kernel ends
 * every process of the namespace; and it ends with the process that started it, however that ends.
 */
#ifndef NSTREE_FIRST_H
#define NSTREE_FIRST_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "error.h"

struct first {
	pid_t pid;
	pid_t parent;  /* who started it, and may wait for it */
	bool mute;     /* what it would be sent at the parent's death is forbidden */
	uint32_t *end; /* shared with it: 1 asks it to end (a Landlock domain may forbid signals) */
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
 * Ends the namespace's processes, waits for that at most 10 seconds, and forgets FIRST. In another
 * process than the one that started it, only forgets. Returns 0, or -ETIMEDOUT: some process is
 * stuck in the kernel, and ends when it gets out.
 */
int first_end(struct first *first, struct error *error);

/* Forgets FIRST, which goes on. */
void first_forget(struct first *first);

#endif
