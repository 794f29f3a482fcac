/* SPDX-License-Identifier: BSD-3-Clause */
/* A seccomp filter (seccomp(2), libseccomp) under which no user namespace is made or entered. */
#ifndef NSTREE_FILTER_H
#define NSTREE_FILTER_H

#include "error.h"

struct filter;

/*
 * Makes the filter: unshare(2), clone(2) and setns(2) fail with EPERM where they mean a user
 * namespace, and clone3(2), whose flags a filter cannot see, with ENOSYS, so that callers fall back
 * to clone(2). For every architecture that this one's programs may be of. *FILTER is the caller's,
 * for filter_free(). Returns 0 or negative errno: -EOPNOTSUPP where this kernel has no filters.
 */
int filter_prepare(struct filter **filter, struct error *error);

/*
 * Puts the calling thread and all its future children under it; there is no way back. Needs
 * CAP_SYS_ADMIN, and leaves set-uid programs as they are. Returns 0 or negative errno.
 */
int filter_enter(const struct filter *filter, struct error *error);

/* Frees it; who is under it stays so. NULL is fine. */
void filter_free(struct filter *filter);

#endif
