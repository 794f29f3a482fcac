/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A session, from a decision to a process in its tree, and back. The module and `nstree run` both
 * use this, so that what the command shows is what a login does.
 */
#ifndef NSTREE_SESSION_H
#define NSTREE_SESSION_H

#include "decision.h"
#include "error.h"
#include "isolation.h"
#include "namespace.h"
#include "record_directory.h"
#include "subject.h"

/* What a session keeps until it is closed. */
struct session {
	struct mntns *mntns;
	struct isolation *isolation;
	uid_t uid;
	pid_t leader;		       /* the process that opened it */
	char record[RECORD_NAME_SIZE]; /* its file name in the uid's directory, "" for none */
};

/* An empty session, for session_free(); NULL where memory ran out. */
struct session *session_new(void);

/*
 * Takes the calling process into a session as DECISION, which has a file, says: into a new
 * namespace, or with share=user into that of the user's other sessions (share.h). Writes the
 * session's record (record.h). A record that cannot be written does not refuse the session, unless
 * the process has no descriptor or memory left. What an administrator should know although the
 * session goes on is in NOTICE, whose number is else 0.
 * SESSION, which is empty, is filled in; session_leave() empties it again. Where the session goes
 * on without this process it is only freed. Returns 0, or negative errno as decision_parse(),
 * namespace_enter() and isolation_prepare() do: then the process is where it was, nothing made for
 * the session is left, and SESSION is empty.
 */
int session_enter(const struct subject *subject, struct decision *decision, enum method method,
		  struct session *session, struct error *notice, struct error *error);

/*
 * Ends the session as far as it can be ended and takes the process back where it came from: all of
 * it, whatever fails on the way. Its record is removed if the process can remove it, else by
 * record_prune() later. A process that was forked in the session's PID namespace cannot leave that
 * one; it goes back from the others. SESSION is empty then, and still the caller's to
 * session_free(). Returns 0 or the first failure's negative errno.
 */
int session_leave(struct session *session, struct error *error);

/*
 * Ends the processes of a session that will not be closed any more (isolate=pid). The calling
 * process stays in the tree. Does nothing in another process than the leader.
 */
void session_abandon(struct session *session);

/* Frees SESSION and closes its descriptors; the process stays where it is. NULL is fine. */
void session_free(struct session *session);

#endif
