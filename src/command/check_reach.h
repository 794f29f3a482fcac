/* SPDX-License-Identifier: BSD-3-Clause */
/* Rules that can never match, because rules above them match all of their sessions. */
#ifndef NSTREE_CHECK_REACH_H
#define NSTREE_CHECK_REACH_H

#include <stdbool.h>

#include "policy.h"
#include "report.h"

/*
 * Adds a warning to REPORT where RULE, one of POLICY's, can never match, because rules above it
 * match all of its sessions. Items that are existing users are matched as at a login, others by
 * their text; with BY_TEXT all of them are, and no name service is asked. Nothing is added where
 * that is not known.
 */
void check_reach(const struct policy *policy, const struct rule *rule, bool by_text,
		 struct report *report);

/* Adds a warning to REPORT where POLICY, which has been read whole, has no rule for everyone. */
void check_reach_last_rule(const struct policy *policy, struct report *report);

#endif
