/* SPDX-License-Identifier: BSD-3-Clause */
/* nstree check: a session built as a login builds it, looked at from inside, and taken back. */
#ifndef NSTREE_TRIAL_H
#define NSTREE_TRIAL_H

#include <stdbool.h>

#include "report.h"
#include "rule.h"
#include "subject.h"
#include "tree.h"

/* Whether no error was found in TREE and its files: what is wrong with the text is enough to tell.
 */
bool trial_is_of_use(const struct tree *tree, const struct report *report);

/*
 * Whether trials are possible: they need root, /proc and the right to mount. If not, a note in
 * REPORT says that the trees were not tried, and why; without /proc it is an error.
 */
bool trial_is_possible(struct report *report);

/*
 * Builds the session that SUBJECT gets by RULE, which has a tree, in a child process, and
 * looks at it from inside as its user: whether the login shell starts, the home, /tmp and devices
 * can be used, names and files lead somewhere. Nothing is left behind: no record, no process, no
 * directory that the session would have made. Adds to REPORT an error for what makes the session
 * unusable, and warnings and notes for lesser things.
 */
void trial_run(const struct rule *rule, const struct subject *subject, struct report *report);

#endif
