/* SPDX-License-Identifier: BSD-3-Clause */
/* nstree.conf(5): which user gets which tree. policy.c reads it, policy_match.c finds the rule. */
#ifndef NSTREE_POLICY_H
#define NSTREE_POLICY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "error.h"
#include "policy_item.h"
#include "rootdir.h"
#include "rule.h"
#include "subject.h"

#define POLICY_FILE SYSCONFDIR "/security/nstree.conf"

struct policy {
	char *file;	/* the main one */
	char **include; /* those that it includes, in the order in which they were read */
	size_t n_include;
	struct rule *rules;
	size_t n_rules;
	bool faulty; /* policy_read_all() left a rule out */
};

/*
 * Reads every rule from STREAM, and from the files that it includes (policy_include.h), which are
 * opened with config_open(); FILE is the stream's name for messages. All of it must be right, not
 * only the rule that will match. *POLICY is the caller's, for policy_free().
 * Returns 0, or -EINVAL with file, line, what is wrong and what to write instead, or what
 * config_open() returns for an included file.
 */
int policy_read(FILE *stream, const char *file, struct policy **policy, struct error *error);

/*
 * policy_read() for a caller that needs every error (error_continue()): each line that is wrong is
 * reported and left out, so that no rule may be left. The files that it includes are those of ROOT,
 * whoever owns these, unless it is NULL. Returns 0 whether or not there were any errors.
 */
int policy_read_all(FILE *stream, const char *file, const struct rootdir *root,
		    const struct faults *faults, struct policy **policy, struct error *error);

/*
 * Opens FILE, an absolute path that only root can write (config_open()), and reads it.
 * Returns as policy_read() and config_open() do.
 */
int policy_load(const char *file, struct policy **policy, struct error *error);

/* policy_load() for a caller that needs every error, as policy_read_all(). */
int policy_load_all(const char *file, const struct faults *faults, struct policy **policy,
		    struct error *error);

/* Frees what policy_read() or policy_load() made; NULL is fine. */
void policy_free(struct policy *policy);

/* For cleanup(). */
static inline void cleanup_policy(struct policy **policy)
{
	policy_free(*policy);
}

/*
 * The first rule that matches SUBJECT, in *RULE (the policy's own); NULL where none does.
 * uid 0 is matched only by its own name or by 0:0. Returns 0, or negative errno where NSS could not
 * say who is in a group. WARNING has the first group that was asked for and that no source knows,
 * with its rule as the place; it is left as it is where there is none.
 */
int policy_find_rule(const struct policy *policy, const struct subject *subject,
		     const struct rule **rule, struct error *warning, struct error *error);

/* policy_find_rule() without warnings. */
static inline int policy_match(const struct policy *policy, const struct subject *subject,
			       const struct rule **rule, struct error *error)
{
	struct error ignored = {0};

	return policy_find_rule(policy, subject, rule, &ignored, error);
}

/*
 * Whether RULE, one of POLICY's, is what SUBJECT gets from some remote host, on some terminal:
 * no rule above it that matches is without conditions. Returns 1 or 0, or negative errno, with the
 * rule's place, where NSS could not say.
 */
int policy_may_get(const struct policy *policy, const struct subject *subject,
		   const struct rule *rule, struct error *error);

/*
 * The last rule that policy_may_get() could be true for, by its index in *REACH: the first that
 * matches and is without conditions, or the number of rules. Those above it without conditions do
 * not match. Returns 0, or negative errno as policy_may_get().
 */
int policy_reach(const struct policy *policy, const struct subject *subject, size_t *reach,
		 struct error *error);

/*
 * Whether RULE matches SUBJECT, and in *WHY (static words) for what reason it does or does not.
 * Returns 1 or 0, or negative errno where NSS could not say who is in a group.
 */
int policy_rule_matches(const struct rule *rule, const struct subject *subject, const char **why,
			struct error *error);

#endif
