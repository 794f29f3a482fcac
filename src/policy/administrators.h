/* SPDX-License-Identifier: BSD-3-Clause */
/* The groups whose members administer a host: distributions configure sudo(8) for them. */
#ifndef NSTREE_ADMINISTRATORS_H
#define NSTREE_ADMINISTRATORS_H

#include "error.h"
#include "subject.h"

/* sudo (Debian), wheel (Fedora, SUSE, Arch) and admin (older Ubuntu); NULL after the last. */
extern const char *const administrator_groups[];

/* The same as items of a rule. */
#define ADMINISTRATOR_ITEMS "@sudo,@wheel,@admin"

/*
 * Whether SUBJECT is a member of one of them. A group that does not exist has no members, and one
 * that is SUBJECT's own private group, the primary group with the user's name, does not count: a
 * user 'admin' has a group 'admin' that administers nothing. Returns 1 or 0, or negative errno
 * where NSS could not say.
 */
int administrator_check(const struct subject *subject, struct error *error);

#endif
