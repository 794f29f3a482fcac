/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Netgroups (netgroup(5)), from the sources of the name service. innetgr(3) searches them in the
 * same way, but returns the same where a source could not answer: a rule for the netgroup would be
 * skipped.
 */
#ifndef NSTREE_NETGROUP_H
#define NSTREE_NETGROUP_H

#include "error.h"

/*
 * Calls VISIT with DATA and the user and the domain of each (host,user,domain) triple of NETGROUP
 * and of the netgroups in it, until VISIT returns other than 0. Either may be NULL, for an empty
 * field, which stands for any. As with innetgr(3), the first source of nsswitch.conf(5) that knows
 * a netgroup has all of it.
 *
 * Returns what VISIT returned, where that was not 0; else negative errno where a source could not
 * be loaded or could not answer, so that triples may be missing; -ENOENT where all have answered
 * and none knows NETGROUP; or 0. Blocks for as long as the sources do.
 */
int netgroup_each(const char *netgroup,
		  int (*visit)(const char *user, const char *domain, void *data), void *data,
		  struct error *error);

/*
 * Whether a triple of NETGROUP has USER, or any user. Hosts are not compared; domains are, without
 * regard to case, where this host has an NIS domain (getdomainname(2)). Returns 1 or 0, or as
 * netgroup_each().
 */
int netgroup_has_user(const char *netgroup, const char *user, struct error *error);

#endif
