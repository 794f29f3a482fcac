/* SPDX-License-Identifier: BSD-3-Clause */
/* The words of isolate=. */
#ifndef NSTREE_ISOLATE_H
#define NSTREE_ISOLATE_H

#include "error.h"

/* The words of isolate=, one bit each. `none` is 0; every other word includes ISOLATE_PTRACE. */
enum isolate {
	ISOLATE_PTRACE = 1 << 0, /* a scoped Landlock domain: no ptrace, no /proc/PID/root, no
				    abstract sockets of processes outside */
	ISOLATE_SIGNAL = 1 << 1, /* no signals to processes outside */
	ISOLATE_SOCKET =
		1 << 2, /* no pathname sockets that they serve, except those of the tree's rows */
	ISOLATE_IPC = 1 << 3,	 /* an IPC namespace */
	ISOLATE_USERNS = 1 << 4, /* no user namespaces */
	ISOLATE_PID = 1 << 5,	 /* a PID namespace, which ends with the session, or the last of
				    those that share it */
	ISOLATE_NNP = 1 << 6,	 /* no_new_privs: set-user-ID bits have no effect */
};

/*
 * Reads WORDS, such as "ptrace+signal" or "none", into *ISOLATE (a set of enum isolate).
 * An unknown, doubled or empty word, or `none` with another, is -EINVAL; the place is the caller's
 * to say.
 */
int isolate_parse(const char *words, unsigned *isolate, struct error *error);

/* Longer than all words joined. */
#define ISOLATE_TEXT_SIZE 64

/* The words of ISOLATE, as isolate_parse() reads them, into TEXT; returns TEXT. */
const char *isolate_text(unsigned isolate, char text[ISOLATE_TEXT_SIZE]);

#endif
