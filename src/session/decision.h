/* SPDX-License-Identifier: BSD-3-Clause */
/* Which tree a session gets: the policy's rule for its user and service, and the tree's file. */
#ifndef NSTREE_DECISION_H
#define NSTREE_DECISION_H

#include <limits.h>
#include <stdbool.h>

#include "error.h"
#include "network.h"
#include "subject.h"
#include "tree.h"
#include "treefile.h"

struct decision {
	const char *conf; /* decision_make()'s CONF, or NULL where there were no rules */
	char *rule_file;  /* the rule's: CONF, or a file that it includes; or NULL */
	unsigned rule_line;
	struct tree_file *file;	 /* the tree's; NULL for the host's own tree */
	struct tree *tree;	 /* what the file says; NULL until decision_parse() */
	unsigned isolate;	 /* enum isolate */
	bool isolate_said;	 /* the rule says so; else it is the default */
	bool shared;		 /* share=user */
	struct network network;	 /* net=, tcp= and udp= */
	char name[NAME_MAX + 1]; /* the tree's, kept after an error too; "" for none */
	bool denied;		 /* the rule says deny; then decision_make() has failed */
	struct error warning; /* a group that no source knows, or cannot list; number 0 for none */
};

/*
 * Finds SUBJECT's rule in the policy file CONF and its tree's file; where TREE is not NULL it is
 * the tree's name and there are no rules: it means a last rule `* * TREE`, which like any
 * such rule does not match uid 0, after a first one that keeps administrators
 * (administrator_check()) in the host's tree, unless EVERYONE. If NSS cannot say whether the user
 * is one, the user gets the tree, with a warning. The file is parsed as well, unless SUBJECT may
 * join a session whose tree was read from the same words (share=user); uid 0's always is, so that a
 * fault in it is found while uid 0 can still get the host's tree. *DECISION is the caller's, for
 * decision_clear(). Returns 0; -EACCES with `denied` set where the rule denies the session; or
 * another negative errno with file and line: then the policy is broken.
 */
int decision_make(const struct subject *subject, const char *conf, const char *tree, bool everyone,
		  struct decision *decision, struct error *error);

/*
 * Sets the place of ERROR, unless it has one, to the decision's rule, whose words it is about. Does
 * nothing where there were no rules.
 */
void decision_place(const struct decision *decision, struct error *error);

/* Parses the tree of a decision that has a file, unless that is done. Returns as tree_parse(). */
int decision_parse(struct decision *decision, const struct subject *subject, struct error *error);

/* Frees what decision_make() and decision_parse() filled in. */
void decision_clear(struct decision *decision);

#endif
