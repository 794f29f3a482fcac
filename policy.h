/* SPDX-License-Identifier: BSD-3-Clause */
/* nstree.conf(5): who gets which tree. Knows no kernel and no PAM. */
#ifndef NSTREE_POLICY_H
#define NSTREE_POLICY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "error.h"
#include "subject.h"

#define POLICY_FILE "/etc/security/nstree.conf"

struct rule {
	unsigned line;
	char *who; /* as written: a comma list of names, @group, MIN:MAX, *, each maybe after ! */
	char *service;	   /* as written: a comma list of PAM services or *, each maybe after ! */
	char *tree;	   /* as written, specifiers not expanded; "-" is the host's own tree */
	unsigned isolate;  /* enum isolate; ISOLATE_PTRACE where the rule says nothing */
	bool isolate_said; /* whether the rule said isolate= */
	bool shared;	   /* share=user */
	bool share_said;   /* whether the rule said share= */
};

struct policy {
	char *file;
	struct rule *rules;
	size_t n_rules;
};

/*
 * Reads every rule from STREAM; FILE is its name for messages. The whole file must be right, not
 * only the rule that will match. *POLICY is the caller's, for policy_free().
 * Returns 0, or -EINVAL with file, line, what is wrong and what to write instead.
 */
int policy_read(FILE *stream, const char *file, struct policy **policy, struct error *error);

/*
 * The same for who wants to know of every fault (error_go_on()): each line that is wrong is told
 * and left out. Returns 0 whether or not there were any.
 */
int policy_read_all(FILE *stream, const char *file, const struct faults *faults,
		    struct policy **policy, struct error *error);

/*
 * Opens FILE, an absolute path that root alone can have written (config_open()), and reads it.
 * Returns as policy_read() and config_open() do.
 */
int policy_load(const char *file, struct policy **policy, struct error *error);

/* policy_load() for who wants to know of every fault, as policy_read_all(). */
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
 * say who is in a group.
 */
int policy_match(const struct policy *policy, const struct subject *subject,
		 const struct rule **rule, struct error *error);

/*
 * Whether RULE matches SUBJECT, and in *WHY (static words) for what reason it does or does not.
 * Returns 1 or 0, or negative errno where NSS could not say who is in a group.
 */
int policy_rule_matches(const struct rule *rule, const struct subject *subject, const char **why,
			struct error *error);

/* As long as a login name may be, and short enough to be quoted whole. */
#define POLICY_ITEM_SIZE 256

/* One item of a comma list: a rule's who or service. */
struct policy_item {
	bool excludes;
	size_t length; /* of the text as written: POLICY_ITEM_SIZE or more where it was cut */
	char text[POLICY_ITEM_SIZE]; /* without the '!' */
};

/* Takes the first item off the list *REST, which is NULL after the last; false where none is left.
 */
bool policy_next_item(const char **rest, struct policy_item *item);

#endif
