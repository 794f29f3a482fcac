/* SPDX-License-Identifier: BSD-3-Clause */
/* A policy and the trees that its rules name, from a file or a directory: installed or a draft. */
#ifndef NSTREE_POLICY_SET_H
#define NSTREE_POLICY_SET_H

#include <limits.h>
#include <stddef.h>

#include "policy.h"
#include "report.h"
#include "rootdir.h"
#include "treefile.h"

#define POLICY_SET_DIRECTORIES 3

struct policy_set {
	struct policy *policy;
	struct rootdir root; /* with an empty path where the policy is a file of this host */
	char directories[POLICY_SET_DIRECTORIES][PATH_MAX]; /* of its trees; the first that has one
							       counts */
	size_t n_directories;
	struct tree_file **files; /* that were read */
	size_t n_files;
};

/*
 * Reads the policy PATH: a file, whose trees are the installed ones; a directory with etc/ and usr/
 * of a host; or a directory with nstree.conf and nstree.d, as `nstree import` writes it. Shipped
 * trees that the directory lacks are the installed ones. Files that it includes are the directory's
 * where it stands for their place. Who owns the files does not matter: they may be drafts. Every
 * fault goes to REPORT, which from here on reads lines at fault in that directory. *SET is for
 * policy_set_clear(), whatever this returns: 0 or negative errno.
 */
int policy_set_load(const char *path, struct policy_set *set, struct report *report);

/*
 * Finds SUBJECT's tree NAME, as a rule has it, and reads it and what it is built on once. *FILE is
 * SET's own. Returns 0 or negative errno.
 */
int policy_set_tree(struct policy_set *set, const char *name, const struct subject *subject,
		    const struct tree_file **file, struct error *error);

/* Frees what SET holds; for cleanup(). */
void policy_set_clear(struct policy_set *set);

#endif
