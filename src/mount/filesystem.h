/* SPDX-License-Identifier: BSD-3-Clause */
/* A filesystem that is made for the session (fsopen(2), fsconfig(2), fsmount(2)). */
#ifndef NSTREE_FILESYSTEM_H
#define NSTREE_FILESYSTEM_H

#include "error.h"
#include "row.h"

/*
 * Makes the filesystem of ROW, a ROW_FILESYSTEM, as a detached mount. A proc shows PID_NAMESPACE, a
 * descriptor, or the caller's own PID namespace for -1. Returns a descriptor that the caller
 * closes, or negative errno with what the kernel says of the option at fault.
 */
int filesystem_open(const struct row *row, int pid_namespace, struct error *error);

/*
 * Makes a tmpfs of mode 0755 and SIZE, to be mounted on TARGET; SOURCE is its name in mountinfo.
 * Returns a descriptor of the detached mount that the caller closes, or negative errno.
 */
int filesystem_open_tmpfs(const char *source, const char *target, const char *size,
			  struct error *error);

/*
 * Asks the kernel for the type and the options of ROW, a ROW_FILESYSTEM, without making it.
 * PID_NAMESPACE as for filesystem_open(). Returns 0, or negative errno as filesystem_open() does;
 * -EPERM without CAP_SYS_ADMIN.
 */
int filesystem_check(const struct row *row, int pid_namespace, struct error *error);

#endif
