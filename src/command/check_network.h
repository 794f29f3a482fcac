/* SPDX-License-Identifier: BSD-3-Clause */
/* nstree check: what a rule's network may let through that was not meant. */
#ifndef NSTREE_CHECK_NETWORK_H
#define NSTREE_CHECK_NETWORK_H

#include "policy.h"
#include "report.h"
#include "tree.h"

/*
 * Adds to REPORT, as warnings, what of TREE talks to the network on behalf of a session of RULE
 * that has another one than the host's, such as the sockets of sssd; and, as a note, what tcp= and
 * udp= leave a session without. That net=NAME has its namespace is check_kernel_rule()'s to see.
 */
void check_network(const struct rule *rule, const struct tree *tree, struct report *report);

#endif
