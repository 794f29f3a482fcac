/* SPDX-License-Identifier: BSD-3-Clause */
/* isolate=: what keeps a session from the processes outside of it (DESIGN.md section 6). */
#ifndef NSTREE_ISOLATE_H
#define NSTREE_ISOLATE_H

#include <stdbool.h>

#include "error.h"
#include "filter.h"
#include "first.h"
#include "wayback.h"

/* Words of isolate=, a bit each; `none` is 0, and every other word holds ISOLATE_PTRACE as well. */
enum isolate {
	ISOLATE_PTRACE = 1 << 0, /* a scoped Landlock domain: no ptrace, no /proc/PID/root, no
				    abstract sockets of processes outside */
	ISOLATE_SIGNAL = 1 << 1, /* no signals to processes outside */
	ISOLATE_SOCKET =
		1 << 2,	      /* no sockets on disk that they serve, but those of the tree's rows */
	ISOLATE_IPC = 1 << 3, /* an IPC namespace */
	ISOLATE_USERNS = 1 << 4, /* no user namespaces */
	ISOLATE_PID = 1 << 5,	 /* a PID namespace, which ends with the session, or the last of
				    those that share it */
	ISOLATE_NNP = 1 << 6,	 /* no_new_privs: set-uid programs are programs like others */
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

/* What a session has together with others of its user (share.h): descriptors, the caller's. */
struct isolation_shared {
	int pid, ipc; /* namespaces to join, -1 for those that are to be made */
	int lock;     /* with a shared lock, for the session's own process (first.h) */
	int first;    /* the same file, opened anew, for the first process of a namespace made */
};

/* A session's isolation, and the way back from what of it has one. */
struct isolation {
	unsigned words;
	int ruleset;	   /* Landlock's, -1 for none or once it is entered */
	int pid_namespace; /* the session's, -1 for none or once it is entered */
	struct filter *filter;
	struct first first;
	struct way_back ipc, pid;
};

/*
 * Prepares WORDS, a set of enum isolate: all that can fail for want of a kernel feature fails here.
 * The process is then in the session's IPC namespace, if it is to have one, so that a mqueue row
 * shows that one's, and the PID namespace's first process runs. SHARED is NULL where the session
 * has its namespaces for itself. *ISOLATION is the caller's; it ends with isolation_leave() or,
 * where the session goes on without this process, isolation_free(). Returns 0, or negative errno
 * with the word at fault said, and nothing has changed: -EOPNOTSUPP where this kernel lacks what
 * the word needs.
 */
int isolation_prepare(unsigned words, const struct isolation_shared *shared,
		      struct isolation **isolation, struct error *error);

/*
 * Puts the calling process and its future children under ISOLATION: its next child is in the PID
 * namespace (setns(2)), itself in the Landlock domain, under the filter and no_new_privs, from
 * which there is no way back. Returns 0 or negative errno.
 */
int isolation_enter(struct isolation *isolation, struct error *error);

/*
 * Ends what the session left running in its PID namespace, unless another session shares it, takes
 * the process back to the namespaces it came from and frees ISOLATION. All of it is done whatever
 * fails. Returns 0 or the first failure's negative errno. NULL is fine.
 */
int isolation_leave(struct isolation *isolation, struct error *error);

/* Frees ISOLATION; what is isolated stays so. NULL is fine. */
void isolation_free(struct isolation *isolation);

#endif
