/* SPDX-License-Identifier: BSD-3-Clause */
/* Rules that can never match, because rules above them match all of their sessions. */
#ifndef NSTREE_CHECK_REACH_H
#define NSTREE_CHECK_REACH_H

#include <stdbool.h>

#include "policy.h"
#include "report.h"

/*
 * The first rule of POLICY above RULE that matches sessions of RULE's, where the rules above match
 * all of them. Items that are existing users are matched as at a login, others by their text.
 * *SEVERAL is set to whether more than one rule is needed for that. NULL where RULE can match, or
 * that is not known.
 */
const struct rule *check_reach_find_taker(const struct policy *policy, const struct rule *rule,
					  bool *several);

/* Adds a warning to REPORT where POLICY, which has been read whole, has no rule for everyone. */
void check_reach_last_rule(const struct policy *policy, struct report *report);

#endif
