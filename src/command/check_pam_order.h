/* SPDX-License-Identifier: BSD-3-Clause */
/* nstree check --pam: the order of a stack's session lines. */
#ifndef NSTREE_CHECK_PAM_ORDER_H
#define NSTREE_CHECK_PAM_ORDER_H

#include "pamstack.h"
#include "report.h"

/*
 * Adds to REPORT what is wrong with the order of STACK's session lines: other modules after the
 * line that opens the session, or before the one that closes it, each judged by what is known of
 * the module; a module that can leave out the lines below it; pam_deny.so where nothing leaves it
 * out; two plain lines of the module, or one of `open` and `close` without the other.
 */
void check_pam_order(const struct pam_stack *stack, struct report *report);

#endif
