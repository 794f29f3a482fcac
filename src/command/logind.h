/* SPDX-License-Identifier: BSD-3-Clause */
/* The sessions that systemd-logind knows, where it runs. */
#ifndef NSTREE_LOGIND_H
#define NSTREE_LOGIND_H

#include "error.h"
#include "logins.h"

/*
 * Adds users' sessions as sd-login(3) lists them; libsystemd is loaded for it. Returns 1, 0 where
 * there is no logind, or no libsystemd that tells a session's leader (since 254), or -ENOMEM.
 */
int logind_load(struct logins *host, struct error *error);

#endif
