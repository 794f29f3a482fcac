/* SPDX-License-Identifier: BSD-3-Clause */
/* nstree check --pam: which PAM stacks have the module, and whether its lines are right. */
#ifndef NSTREE_CHECK_PAM_H
#define NSTREE_CHECK_PAM_H

#include <stdbool.h>
#include <stdio.h>

#include "pamservices.h"
#include "report.h"

/*
 * Reads the stacks NAMES, up to NULL, each a path or the name of a service; where there is none,
 * those of every service. REPORT gets what would refuse sessions or let them begin outside of their
 * trees, *SERVICES each service that opens sessions, for pamservices_clear().
 */
void check_pam(char *const *names, struct report *report, struct pamservices *services);

/* Prints REPORT and SERVICES, as text or as one JSON object. Returns 0 or -EIO. */
int check_pam_print(const struct report *report, const struct pamservices *services, FILE *stream,
		    bool json, bool color);

#endif
