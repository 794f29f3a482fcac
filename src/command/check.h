/* SPDX-License-Identifier: BSD-3-Clause */
/* nstree check: what is wrong with a policy and its trees, before anyone logs in. */
#ifndef NSTREE_CHECK_H
#define NSTREE_CHECK_H

#include <stdbool.h>

#include "policy.h"
#include "report.h"

/*
 * Reads the policy FILE and every tree that it names for all known users, as a login would, and
 * adds every fault to REPORT. INSTALLED is whether FILE is the policy that logins read. For another
 * file, that a user other than root could change it is only a warning. TRIES is whether to build
 * each tree as well and look at it from inside (trial.h).
 */
void check_policy(const char *file, bool installed, bool tries, struct report *report);

/*
 * As policy_load_all(), but also reads a FILE that a user other than root could change. That is an
 * error in REPORT where the file is INSTALLED, else a warning.
 */
int check_load(const char *file, bool installed, const struct faults *faults, struct report *report,
	       struct policy **policy, struct error *error);

/*
 * Checks the tree NAME alone, as check_policy() does, as if a rule gave it to everyone who logs in
 * by sshd. TRIES as there.
 */
void check_tree(const char *name, bool tries, struct report *report);

/* Without root, adds a note to REPORT about what was not checked. */
void check_note_root(struct report *report);

#endif
