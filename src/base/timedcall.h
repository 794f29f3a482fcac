/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Calls that may wait for a server or a daemon (NFS, FUSE, autofs) for as long as it does not
 * answer. Only a fatal signal ends such a wait, and sometimes not even that: the call is made by a
 * child process, for a limited time.
 */
#ifndef NSTREE_TIMEDCALL_H
#define NSTREE_TIMEDCALL_H

#include <stdbool.h>
#include <stddef.h>

#define TIMED_CALL_SECONDS 10

/* What the child does, with FD, the one descriptor that it has of its parent's, and with DATA. */
typedef int timed_function(int fd, void *data);

/*
 * Runs FUNCTION(FD, DATA) in a child process (child.h); FD may be negative. What FUNCTION writes
 * into DATA, of SIZE bytes and at most 8 KiB, is copied back. With OPENED not NULL, what FUNCTION
 * returns is a descriptor, and *OPENED one of the same file that the caller closes. Returns what
 * FUNCTION returned, 0 for a descriptor, or -ETIMEDOUT if that took longer than TIMED_CALL_SECONDS,
 * whatever signals arrived meanwhile. The child has no exit signal, so that the application's
 * SIGCHLD handler is not run. A child that the kernel does not let end is left to end by itself; it
 * holds no descriptor but FD.
 */
int timed_call(timed_function *function, int fd, void *data, size_t size, int *opened);

/*
 * The same, where SERVED; else calls FUNCTION at once, in this process: for a file on SERVER_NONE
 * (server.h), which makes nobody wait. Returns as timed_call() does.
 */
int timed_call_if(bool served, timed_function *function, int fd, void *data, size_t size,
		  int *opened);

/*
 * timed_call() for a call that needs two descriptors: FUNCTION's DATA is an int with the number of
 * SECOND, which the child has as well.
 */
int timed_call_of_two(timed_function *function, int fd, int second);

#endif
