/* SPDX-License-Identifier: BSD-3-Clause */
/* nstree check: what is wrong with a policy and its trees, before anyone logs in. */
#ifndef NSTREE_CHECK_H
#define NSTREE_CHECK_H

#include <stdbool.h>

#include "policy.h"
#include "report.h"

/*
 * Reads the policy FILE and every tree that it names, for the users who are known, as a login
 * would, and adds every fault to REPORT. INSTALLED is whether FILE is what logins read: else that
 * its owner could not be trusted is a warning.
 */
void check_policy(const char *file, bool installed, struct report *report);

/*
 * policy_load_all() for who only looks: a FILE that logins would not trust is read all the same.
 * That it cannot be trusted is an error in REPORT where it is INSTALLED, and else a warning.
 */
int check_load(const char *file, bool installed, const struct faults *faults, struct report *report,
	       struct policy **policy, struct error *error);

/*
 * Adds to REPORT what this kernel lacks of RULE's isolation, by preparing that as a session does
 * and ending it at once, and of its share=. What needs root is left out without it.
 */
void check_kernel(const struct policy *policy, const struct rule *rule, struct report *report);

/* Adds to REPORT, as a note, what was left out because this is not root. */
void check_note_root(struct report *report);

/*
 * Whether PAM has a file for SERVICE in /etc/pam.d or /usr/lib/pam.d. Returns 0, or -ENOENT with
 * what is wrong said.
 */
int check_service(const char *service, struct error *error);

#endif
