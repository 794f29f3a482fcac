/* SPDX-License-Identifier: BSD-3-Clause */
/* nstree check: the users, groups and services that a rule names. */
#ifndef NSTREE_CHECK_NAMES_H
#define NSTREE_CHECK_NAMES_H

#include "error.h"
#include "policy.h"
#include "report.h"

/* What follows from a group that cannot be looked up. */
#define CHECK_NAMES_UNANSWERED                                                                     \
	"; sessions that this rule may be for are refused until the sources of nsswitch.conf(5) "  \
	"answer: start their daemons, or take them out of the file"

/*
 * Adds to REPORT an error for each user and group of RULE that NSS does not know, and for each
 * service without a PAM file. The message says what is
 * wrong and what to write, with the most similar known name.
 */
void check_names(const struct rule *rule, struct report *report);

/* Adds to REPORT an error where the name service cannot say who root is: no session begins then. */
void check_name_service(struct report *report);

/*
 * Whether PAM has a file for SERVICE in /etc/pam.d or /usr/lib/pam.d. Returns 0, or -ENOENT with
 * what is wrong said.
 */
int check_service(const char *service, struct error *error);

#endif
