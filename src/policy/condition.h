/* SPDX-License-Identifier: BSD-3-Clause */
/* The conditions of a rule, from= and tty=: nstree.conf(5), "Conditions". */
#ifndef NSTREE_CONDITION_H
#define NSTREE_CONDITION_H

#include <stdbool.h>

#include "error.h"
#include "subject.h"

/*
 * Check the lists of from= and tty=. Return 0, or -EINVAL with what is wrong and what to write
 * instead.
 */
int condition_check_from(const char *list, struct error *error);
int condition_check_tty(const char *list, struct error *error);

/*
 * Whether SUBJECT's PAM_RHOST is in LIST. Returns 1 or 0; or negative errno where that depends on
 * an address that cannot be found out: PAM_RHOST is a host name that does not resolve both ways
 * (hostname_confirm()), or of whose addresses only some are in LIST.
 */
int condition_has_host(const char *list, const struct subject *subject, struct error *error);

/* Whether condition_has_host() has to look up a host name for SUBJECT, which may take long. */
bool condition_asks_for_host(const struct subject *subject);

/* Whether SUBJECT's PAM_TTY, "" where it has none, is in LIST; neither needs its "/dev/". */
bool condition_has_tty(const char *list, const struct subject *subject);

#endif
