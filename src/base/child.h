/* SPDX-License-Identifier: BSD-3-Clause */
/* A function called in a child process, so that a call that never returns does not block a login.
 */
#ifndef NSTREE_CHILD_H
#define NSTREE_CHILD_H

#include <stdbool.h>
#include <sys/types.h>

/*
 * Copies the process as fork(2) does, but without an exit signal, so that an application's SIGCHLD
 * handler and wait(2) do not see the child, and without signal handlers in it. FLAGS are CLONE_* of
 * clone(2). Returns 0 in the child; in the parent its process id and in *PIDFD its pidfd
 * (O_CLOEXEC), the caller's, or -1 with errno.
 */
pid_t child_start(unsigned flags, int *pidfd);

/*
 * Calls FUNCTION(DATA) in a child process and waits SECONDS for it, however often a signal arrives
 * meanwhile. FUNCTION returns 0 or a negative errno, and must not touch what the caller shares; it
 * has the caller's memory as it was, and writes its results to memory that is shared (mmap(2)), or,
 * with SHARE_FILES, to descriptors, whose table is then the caller's own.
 *
 * The child is started by child_start(). It ends with its parent, whose locks and connections it
 * has. Returns what FUNCTION returned; -ETIMEDOUT where it had not returned in time and was killed;
 * -ECHILD where a signal ended it; or the negative errno of clone3(2). A child that the kernel
 * cannot kill (in an uninterruptible request to a FUSE server) is left behind.
 */
int child_call(int (*function)(void *data), void *data, bool share_files, int seconds);

/*
 * Whether a function that child_call() calls may allocate memory, and use what else the C library
 * locks: not where the caller has other threads, one of which may have held such a lock when the
 * process was copied. Nobody would release it in the child. System calls are always fine.
 */
bool child_may_allocate(void);

/*
 * Whether the process of the descriptor PIDFD ends within MILLISECONDS (CLOCK_MONOTONIC). A signal
 * does not begin the time anew.
 */
bool child_ends_within(int pidfd, int milliseconds);

#endif
