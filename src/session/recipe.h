/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a session is made of: a tree, an isolation, a network and a method. Sessions with the same
 * recipe can share a namespace, and a session's record says by which recipe it was made.
 */
#ifndef NSTREE_RECIPE_H
#define NSTREE_RECIPE_H

#include <stdbool.h>

#include "decision.h"
#include "error.h"
#include "method.h"
#include "subject.h"

struct recipe {
	char *conf;	  /* the policy file, "-" where there were no rules (tree=) */
	char *tree;	  /* the tree's name */
	char *file;	  /* the tree's file */
	unsigned isolate; /* enum isolate */
	bool shared;	  /* share=user */
	char *network;	  /* network_text() */
	enum method method;
	char *id;	   /* the session's, where the tree has %i; else NULL */
	char *environment; /* tree_file_variables(); NULL or "" for none */
	char *key;	   /* tree_file_key(), where others may join; else NULL */
	char *rows;	   /* tree_text(); NULL until recipe_add_rows() */
};

/*
 * Fills in RECIPE for SUBJECT as DECISION, which has a file, says. With share=user that includes
 * the key, and METHOD_AUTO becomes the method that this kernel has. Strings but for network,
 * environment, key and rows are DECISION's or SUBJECT's. RECIPE is the caller's, for
 * recipe_clear(), whatever this returns: 0, or negative errno as decision_parse() and
 * namespace_method().
 */
int recipe_make(struct recipe *recipe, struct decision *decision, const struct subject *subject,
		enum method method, struct error *error);

/*
 * Makes sure that DECISION's tree is parsed and that RECIPE has its rows. Returns 0 or negative
 * errno as decision_parse().
 */
int recipe_add_rows(struct recipe *recipe, struct decision *decision, const struct subject *subject,
		    struct error *error);

/* Whether sessions of one user by the recipes A and B may be in one namespace. */
bool recipe_is_joinable(const struct recipe *a, const struct recipe *b);

/* Frees what recipe_make() and recipe_add_rows() allocated. */
void recipe_clear(struct recipe *recipe);

#endif
