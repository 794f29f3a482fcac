/* SPDX-License-Identifier: BSD-3-Clause */
/* nstree check: whether the services that rules name open their sessions with pam_nstree. */
#ifndef NSTREE_CHECK_SERVICES_H
#define NSTREE_CHECK_SERVICES_H

#include "pamservices.h"
#include "policy.h"
#include "report.h"

/*
 * Adds to REPORT an error for each service that a rule of POLICY names to give a tree or to deny,
 * and whose stack does not have the module, so that its sessions begin in the host's tree; and a
 * warning for one whose line in the stack has tree= or another conf=, so that it does not go by
 * POLICY.
 */
void check_services(const struct policy *policy, const struct pamservices *services,
		    struct report *report);

#endif
