/* SPDX-License-Identifier: BSD-3-Clause */
/* nstree explain: which tree a user gets by each service. */
#ifndef NSTREE_EXPLAIN_SERVICES_H
#define NSTREE_EXPLAIN_SERVICES_H

#include <jansson.h>

#include "policy.h"
#include "subject.h"

/*
 * Prints for each service that opens sessions the tree that SUBJECT gets by it, and why: by a rule
 * of POLICY, which stands for the installed one, by the arguments of the module's line in the
 * service's stack, or because that has none.
 */
void explain_services_print(const struct policy *policy, const struct subject *subject);

/*
 * The same as a JSON array of objects with "service", "tree" ("-" for the host's own, null
 * where there would be no session) and "why". The caller's to json_decref().
 */
json_t *explain_services_json(const struct policy *policy, const struct subject *subject);

#endif
