/* SPDX-License-Identifier: BSD-3-Clause */
/* Whether a policy leaves anyone on the host who can become root, to repair it. */
#ifndef NSTREE_CHECK_ADMINISTRATORS_H
#define NSTREE_CHECK_ADMINISTRATORS_H

#include "policy.h"
#include "report.h"

/*
 * Adds a warning to REPORT, at the rule, where POLICY leaves nobody who can become root and repair
 * it. Root can with a password (by login) or an ssh key (by sshd), unless a rule denies root or
 * gives root a tree in which the policy's file cannot be changed. Each user who may by sudo(8)
 * (administrator_groups, and those that /etc/sudoers lets run everything) can, unless a rule gives
 * the user a tree in which sudo cannot; the user's way in is ssh, or login(1) with a password.
 * Nothing is said where this is not root, or where nobody could before.
 */
void check_administrators(const struct policy *policy, struct report *report);

/* The same for a PAM stack's line, LINE of FILE, with the arguments tree=TREE and everyone. */
void check_administrators_tree(const char *tree, const char *file, unsigned line,
			       struct report *report);

#endif
