/* SPDX-License-Identifier: BSD-3-Clause */
/* The kernel's limit on mounts and mount namespaces. */
#ifndef NSTREE_LIMIT_H
#define NSTREE_LIMIT_H

#include "error.h"

/* Says that the system call WHAT failed with ENOSPC, which means this limit. Returns -ENOSPC. */
int limit_set_error(const char *what, struct error *error);

#endif
