/* SPDX-License-Identifier: BSD-3-Clause */
/* One rule of nstree.conf(5), as a line has it. */
#ifndef NSTREE_RULE_H
#define NSTREE_RULE_H

#include <stdbool.h>

#include "error.h"
#include "network.h"

#define RULE_TREE_HOST "-"
#define RULE_TREE_DENY "deny"

/* What a rule does with the sessions that it matches. */
enum rule_action {
	RULE_ENTER, /* they enter a tree */
	RULE_HOST,  /* "-": they stay in the host's own tree */
	RULE_DENY,  /* "deny": they are refused */
};

struct rule {
	const char *file; /* the policy's own */
	unsigned line;
	enum rule_action action;
	char *who; /* as written: a comma list of names, @group, MIN:MAX, *, each maybe after ! */
	char *service;	   /* as written: a comma list of PAM services or *, each maybe after ! */
	char *tree;	   /* as written, specifiers not expanded; or one of RULE_TREE_* */
	char *from;	   /* from= as written; NULL where the rule has none */
	char *tty;	   /* tty= as written; NULL where the rule has none */
	unsigned isolate;  /* enum isolate; ISOLATE_PTRACE where the rule has no isolate= */
	bool isolate_said; /* whether the rule has isolate= */
	bool shared;	   /* share=user */
	bool share_said;   /* whether the rule has share= */
	bool net_said;	   /* whether the rule has net=, net=host included */
	struct network network;
};

/*
 * Reads TEXT, a line that is cut up for it, as the rule of line LINE of FILE. *RULE is the
 * caller's, for rule_clear(), whatever this returns. Returns 1; 0 for an empty line or a comment;
 * -EINVAL with what is wrong and what to write instead; or -ENOMEM. The place is the caller's to
 * set.
 */
int rule_read(char *text, const char *file, unsigned line, struct rule *rule, struct error *error);

/* Whether RULE is only for some remote hosts or terminals. */
static inline bool rule_has_conditions(const struct rule *rule)
{
	return rule->from || rule->tty;
}

/* Frees what RULE holds, not RULE itself; for cleanup(). */
void rule_clear(struct rule *rule);

#endif
