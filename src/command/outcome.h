/* SPDX-License-Identifier: BSD-3-Clause */
/* What a user gets by a service: a tree, the host's tree, or no session; and what decides it. */
#ifndef NSTREE_OUTCOME_H
#define NSTREE_OUTCOME_H

#include <jansson.h>

#include "pamservices.h"
#include "policy.h"
#include "report.h"
#include "subject.h"

enum outcome_kind {
	OUTCOME_HOST,	 /* the host's own tree */
	OUTCOME_TREE,	 /* a tree */
	OUTCOME_DENIED,	 /* no session, because a rule says so */
	OUTCOME_REFUSED, /* no session, because of a fault */
};

struct outcome {
	enum outcome_kind kind;
	char tree[POLICY_ITEM_SIZE]; /* as the rule or the line has it; "" where there is none */
	const struct rule *rule;     /* the policy's own; NULL where no rule decides */
	char why[ERROR_TEXT_SIZE];   /* the rule's or the line's place, or the fault */
};

/* Of a session that RULE matches. */
void outcome_of_rule(const struct rule *rule, struct outcome *outcome);

/* By the rules of POLICY, whatever the stack of SUBJECT's service has. */
void outcome_of_rules(const struct policy *policy, const struct subject *subject,
		      struct outcome *outcome);

/*
 * OUTCOME of a session in a tree becomes a refused one where the tree cannot be read for SUBJECT,
 * or has a fault in a row. What the rows name is not looked at.
 */
void outcome_try_tree(struct outcome *outcome, const struct subject *subject);

/*
 * By the line of pam_nstree in the stack of SERVICE. POLICY stands for the installed one; where the
 * line names another with conf=, OTHER is that one, or NULL to load it here: then `rule` is NULL.
 */
void outcome_of_service(const struct pamservice *service, const struct policy *policy,
			const struct policy *other, const struct subject *subject,
			struct outcome *outcome);

/* Whether SERVICE goes by a policy of its own, conf=. */
bool outcome_has_other_policy(const struct pamservice *service);

/* "tree", "host", "denied" or "refused". */
const char *outcome_word(enum outcome_kind kind);

/*
 * The options of RULE as they take effect, also those that it does not name: "isolate=ptrace
 * share=none". The caller's to free(3); "" for a rule without a tree, NULL where memory ran out.
 */
char *outcome_options(const struct rule *rule);

/* "from=LIST tty=LIST" of RULE, "" for one without. The caller's to free(3); NULL as above. */
char *outcome_conditions(const struct rule *rule);

/*
 * Adds a note to REPORT for each rule of POLICY up to LAST, or all for NULL, that is only for some
 * hosts or terminals, and otherwise for SUBJECT, or for anyone where that is NULL.
 */
void outcome_note_conditions(const struct policy *policy, const struct rule *last,
			     const struct subject *subject, struct report *report);

/*
 * As JSON: "outcome" (outcome_word()), "tree" (null unless it is a tree), "options", "file"
 * and "line" (the rule's, null where no rule decides) and "why". The caller's to json_decref().
 */
json_t *outcome_json(const struct outcome *outcome);

#endif
