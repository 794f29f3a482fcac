/* SPDX-License-Identifier: BSD-3-Clause */
/* The sessions that live in a tree of ours: what their records say, held against the kernel. */
#ifndef NSTREE_LIVE_H
#define NSTREE_LIVE_H

#include <stdbool.h>
#include <stddef.h>

#include "error.h"
#include "record.h"
#include "session.h"
#include "subject.h"
#include "tables.h"

/* Whether the policy on disk is still the one that a session was made from. */
enum live_policy {
	LIVE_CURRENT, /* a login now would get the same rows and isolation */
	LIVE_CHANGED, /* others */
	LIVE_GONE,    /* no tree at all, or there is no such user any more */
	LIVE_BROKEN,  /* none: the policy or the tree is wrong, and would refuse it */
};

struct live_session {
	struct record *record;
	char name[RECORD_NAME_SIZE]; /* the record's, in the uid's directory */
	const struct space *space;   /* its namespace */
	bool has_leader;	     /* who opened it still runs */
	enum live_policy policy;
};

struct live {
	struct live_session *sessions; /* the oldest first */
	size_t n_sessions;
	struct tables *tables;
};

/*
 * Reads the records and the kernel's tables. A session is there as long as its namespace is; the
 * records of those that are gone are removed. Needs root: -EPERM else. *LIVE is the caller's, for
 * live_free(). Returns 0 or negative errno.
 */
int live_load(struct live **live, struct error *error);

/*
 * Keeps those sessions alone that WHICH names: a namespace's id, a process in it, or a user.
 * Returns 0, or -ENOENT with the reason why there is none.
 */
int live_select(struct live *live, const char *which, struct error *error);

/* Whether SESSION is the first of LIVE in its namespace, which others may share. */
bool live_is_first(const struct live *live, const struct live_session *session);

/*
 * What a login like RECORD's would get now: decision_make() for the same user, service and policy
 * file, or tree where there were no rules. *SUBJECT and *DECISION are the caller's, for
 * subject_free() and decision_clear(), whatever this returns: LIVE_CURRENT or LIVE_CHANGED (it has
 * a tree), or LIVE_GONE or LIVE_BROKEN with the reason in ERROR.
 */
enum live_policy live_decide(const struct record *record, struct subject **subject,
			     struct decision *decision, struct error *error);

/*
 * Whether RECORD's session is isolated as DECISION says: the default may have been given up, on a
 * kernel that lacks it.
 */
bool live_has_isolation(const struct record *record, const struct decision *decision);

/* "current", "changed", "gone" or "broken". */
const char *live_policy_name(enum live_policy policy);

/* Frees LIVE; NULL is fine. */
void live_free(struct live *live);

/* For cleanup(). */
static inline void cleanup_live(struct live **live)
{
	live_free(*live);
}

#endif
