/* SPDX-License-Identifier: BSD-3-Clause */
/* nstree check: SELinux's policy module of this package, and the labels that it wants. */
#ifndef NSTREE_CHECK_SELINUX_H
#define NSTREE_CHECK_SELINUX_H

#include "report.h"

/*
 * Reports what is wrong where SELinux is in use (selinux_in_use()); elsewhere nothing. Only root
 * may ask it.
 */
void check_selinux(struct report *report);

#endif
