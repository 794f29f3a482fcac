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
 * Whether this kernel can do WORDS, a set of enum isolate: by preparing them as a session does, and
 * ending that at once. What needs root is left out without it. Returns as isolation_prepare().
 */
int check_isolation(unsigned words, struct error *error);

/* Adds to REPORT, as a note, what was left out because this is not root. */
void check_note_root(struct report *report);

/*
 * Whether PAM has a file for SERVICE in /etc/pam.d or /usr/lib/pam.d. Returns 0, or -ENOENT with
 * what is wrong said.
 */
int check_service(const char *service, struct error *error);

#endif
