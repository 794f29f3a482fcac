/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A session, from who logs in to a process in its tree: decided, entered, left. The module and
 * `nstree run` both go this way, so that what the command shows is what a login does.
 */
#ifndef NSTREE_SESSION_H
#define NSTREE_SESSION_H

#include <stdbool.h>

#include "error.h"
#include "isolate.h"
#include "namespace.h"
#include "record.h"
#include "subject.h"
#include "tree.h"
#include "treefile.h"

/* What was decided for a session. */
struct decision {
	const char *conf;	/* decision_make()'s CONF, or NULL where there were no rules */
	struct tree_file *file; /* the tree's; NULL for the host's own tree */
	struct tree *tree;	/* what the file says; NULL until decision_parse() */
	unsigned isolate;	/* enum isolate */
	bool isolate_said;	/* whether the rule said so, or it is the default */
	bool shared;		/* share=user */
};

/* What a session keeps until it is closed. */
struct session {
	struct stay *stay;
	struct isolation *isolation;
	uid_t uid;
	char record[RECORD_NAME_SIZE]; /* its name in the uid's directory, "" for none */
};

/*
 * Finds SUBJECT's rule in the policy file CONF and its tree's file; where TREE is not NULL it is
 * the tree's name and there are no rules: it stands for a last rule `* * TREE`, so that like any
 * such rule it leaves uid 0 alone. The file is parsed as well, unless SUBJECT may join a session
 * whose tree was read from the same words (share=user); uid 0's always is, so that a broken one is
 * known to be while uid 0 can be let in. *DECISION is the caller's, for decision_clear(). Returns
 * 0, or negative errno with file and line: then the policy is broken.
 */
int decision_make(const struct subject *subject, const char *conf, const char *tree,
		  struct decision *decision, struct error *error);

/* Sees to it that the tree is there, for a decision that has a file. Returns as tree_parse(). */
int decision_parse(struct decision *decision, const struct subject *subject, struct error *error);

/* Frees what the two filled in. */
void decision_clear(struct decision *decision);

/*
 * Takes the calling process into a session as DECISION, which has a file, says: into a namespace
 * that is made, or with share=user into that of the user's other sessions (share.h). Writes its
 * record (record.h), without which it goes on. What an administrator should know although the
 * session goes on is in NOTICE, whose number is else 0.
 * *SESSION is the caller's, for session_leave() and session_free(), or session_free() alone where
 * it goes on without this process. Returns 0, or negative errno as decision_parse(),
 * namespace_enter() and isolation_prepare() do: then the process is where it was, and nothing is
 * left.
 */
int session_enter(const struct subject *subject, struct decision *decision, enum method method,
		  struct session **session, struct error *notice, struct error *error);

/*
 * Ends the session as far as it can be ended and takes the process back where it came from: all of
 * it, whatever fails on the way; its record goes where the process comes back to where it can be
 * removed from, else with record_prune(). SESSION is empty then, and still the caller's to
 * session_free(). Returns 0 or the first failure's negative errno.
 */
int session_leave(struct session *session, struct error *error);

/* Frees SESSION and closes its descriptors; the process stays where it is. NULL is fine. */
void session_free(struct session *session);

#endif
