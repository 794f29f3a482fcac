/* SPDX-License-Identifier: BSD-3-Clause */
/* nstree check: one rule, and its tree for all known users that it matches, as a login reads it. */
#ifndef NSTREE_CHECK_RULE_H
#define NSTREE_CHECK_RULE_H

#include "buffer.h"
#include "check_rows.h"
#include "check_users.h"
#include "policy.h"
#include "report.h"
#include "treefile.h"

/* What is kept while the rules of one policy are checked; for rule_check_clear(). The caller sets
 * `report`, `tries` and `known.homes`. */
struct rule_check {
	struct report *report;
	const struct policy *policy;
	bool tries;		       /* build the trees as well (trial.h) */
	struct check_rows_known known; /* known.homes loaded */
	struct check_users users;
	const struct rule *rule; /* the rest is that of the rule which is being checked */
	unsigned n_trees;	 /* read for this rule */
	struct tree_file *file;	 /* the rule's tree as it was read last */
	struct buffer fields;	 /* its rows' (row_fields.h) */
	bool *seen;		 /* for each listed user, whether the rule's tree was checked */
	char **tried;		 /* the file of a tree and a login shell, each pair once */
	size_t n_tried;
};

/* Sets the policy whose rules are checked next; an earlier one's is no longer needed. */
void check_rule_set_policy(struct rule_check *check, const struct policy *policy);

/*
 * Adds to the report what is wrong with RULE, one of the policy's: its names, that it can never
 * match, what the kernel does not have, and its trees.
 */
void check_rule(struct rule_check *check, const struct rule *rule);

/* The trees alone, of a RULE that has one: for all known users that get it by the policy. */
void check_rule_trees(struct rule_check *check, const struct rule *rule);

/* For cleanup(). */
void rule_check_clear(struct rule_check *check);

#endif
