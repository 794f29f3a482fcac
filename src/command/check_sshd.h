/* SPDX-License-Identifier: BSD-3-Clause */
/* nstree check --pam: whether sshd opens PAM sessions at all. */
#ifndef NSTREE_CHECK_SSHD_H
#define NSTREE_CHECK_SSHD_H

#include "report.h"

/*
 * Adds to REPORT an error where /etc/ssh/sshd_config (sshd_config(5)), with what it includes, does
 * not set UsePAM yes, because sshd then opens no PAM sessions. Does nothing without that file.
 */
void check_sshd(struct report *report);

#endif
