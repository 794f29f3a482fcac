/* SPDX-License-Identifier: BSD-3-Clause */
/* Rules of a seccomp filter (libseccomp) for socket(2): which protocols a session may use. */
#ifndef NSTREE_SOCKETRULES_H
#define NSTREE_SOCKETRULES_H

#include <seccomp.h>

#include "seccompfilter.h"

/*
 * Adds to FILTER, whose action is to allow, what namespace/seccompfilter.h says of SOCKETS. Returns
 * 0 or a negative errno of libseccomp's.
 */
int socketrules_add(scmp_filter_ctx filter, enum seccomp_sockets sockets);

#endif
