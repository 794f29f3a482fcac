/* SPDX-License-Identifier: BSD-3-Clause */
/* Sessions on the host's tree: no record tells of them, but logind, utmp or the kernel does. */
#ifndef NSTREE_HOST_SESSIONS_H
#define NSTREE_HOST_SESSIONS_H

#include "error.h"
#include "live_sessions.h"
#include "logins.h"

/*
 * Lists the sessions that LIVE does not have: their leader is in no session's namespace. Asks the
 * first of logind (sd-login(3)), utmp (getutxent(3)) and the kernel's audit sessions
 * (/proc/PID/sessionid, pam_loginuid(8)) that there is. *HOST is the caller's, for
 * logins_clear(), whatever this returns: 0, or -ENOMEM.
 */
int host_sessions_load(const struct live_sessions *live, struct logins *host, struct error *error);

#endif
