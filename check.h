/* SPDX-License-Identifier: BSD-3-Clause */
/* nstree check: what is wrong with a policy and its trees, before anyone logs in. */
#ifndef NSTREE_CHECK_H
#define NSTREE_CHECK_H

#include "report.h"

/*
 * Reads the policy FILE and every tree that it names, for the users who are known, as a login
 * would, and adds every fault to REPORT. INSTALLED is whether FILE is what logins read: else that
 * its owner could not be trusted is a warning.
 */
void check_policy(const char *file, bool installed, struct report *report);

/*
 * Whether PAM has a file for SERVICE in /etc/pam.d or /usr/lib/pam.d. Returns 0, or -ENOENT with
 * what is wrong said.
 */
int check_service(const char *service, struct error *error);

#endif
