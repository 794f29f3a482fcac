/* SPDX-License-Identifier: BSD-3-Clause */
/* Rules that can never match, because those above them take all of their sessions. */
#ifndef NSTREE_REACH_H
#define NSTREE_REACH_H

#include <stdbool.h>

#include "policy.h"

/*
 * The first rule of POLICY above RULE that takes sessions of it, where those above take them all:
 * each item of its lists, for users who exist as the rules themselves match them, else as far as
 * the words tell. In *SEVERAL whether it takes several rules for that. NULL where RULE can match,
 * or that cannot be told.
 */
const struct rule *reach_find_taker(const struct policy *policy, const struct rule *rule,
				    bool *several);

#endif
