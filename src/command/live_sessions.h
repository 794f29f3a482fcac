/* SPDX-License-Identifier: BSD-3-Clause */
/* Live sessions: their records, compared with the mount namespaces that the kernel has. */
#ifndef NSTREE_LIVE_SESSIONS_H
#define NSTREE_LIVE_SESSIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "error.h"
#include "nslist.h"
#include "record_liveness.h"
#include "session.h"
#include "subject.h"

/* How a session compares with what a login would get now. */
enum live_policy {
	LIVE_CURRENT, /* the same rows and isolation */
	LIVE_CHANGED, /* other rows, another isolation, or a source has another mount by now */
	LIVE_GONE,    /* the host's tree, or the user does not exist any more */
	LIVE_BROKEN,  /* it would be refused: the policy or the tree is wrong */
};

struct live_session {
	struct record *record;
	char name[RECORD_NAME_SIZE];	  /* the record's, in the uid's directory */
	const struct nslist_entry *mntns; /* its namespace */
	bool has_leader;		  /* the process that opened it still runs */
	enum live_policy policy;
};

struct live_sessions {
	struct live_session *sessions; /* the oldest first */
	size_t n_sessions;
	struct nslist *nslist;
};

/*
 * Reads the records and lists the mount namespaces. A session exists as long as its namespace does;
 * the records of others are removed. Needs root: -EPERM else. *LIVE is the caller's, for
 * live_sessions_free(). Returns 0 or negative errno.
 */
int live_sessions_load(struct live_sessions **live, struct error *error);

/*
 * Drops all sessions but those that WHICH names: a namespace's id, a process in it, or a user.
 * Returns 0, or -ENOENT with the reason why there is none.
 */
int live_sessions_select(struct live_sessions *live, const char *which, struct error *error);

/* Whether SESSION is the first of LIVE in its namespace, which others may share. */
bool live_sessions_is_first(const struct live_sessions *live, const struct live_session *session);

/*
 * What a login like RECORD's would get now: decision_make() for the same user, service and policy
 * file, or tree where there were no rules. *SUBJECT and *DECISION are the caller's, for
 * subject_free() and decision_clear(), whatever this returns: LIVE_CURRENT or LIVE_CHANGED (it has
 * a tree), or LIVE_GONE or LIVE_BROKEN with the reason in ERROR.
 */
enum live_policy live_sessions_decide(const struct record *record, struct subject **subject,
				      struct decision *decision, struct error *error);

/*
 * Whether RECORD's session is isolated as DECISION says: also where the default was
 * not applied because the kernel lacks it.
 */
bool live_sessions_has_isolation(const struct record *record, const struct decision *decision);

/* "current", "changed", "gone" or "broken". */
const char *live_sessions_policy_name(enum live_policy policy);

/* Frees LIVE; NULL is fine. */
void live_sessions_free(struct live_sessions *live);

/* For cleanup(). */
static inline void cleanup_live_sessions(struct live_sessions **live)
{
	live_sessions_free(*live);
}

#endif
