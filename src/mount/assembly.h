/* SPDX-License-Identifier: BSD-3-Clause */
/* The rows of a tree as detached mounts, each with its mount point, before there is a namespace. */
#ifndef NSTREE_ASSEMBLY_H
#define NSTREE_ASSEMBLY_H

#include <stdbool.h>

#include "error.h"
#include "subject.h"
#include "tree.h"

struct assembly;

/*
 * Opens every source in the caller's tree, makes the mount points that rows ask for, resolves each
 * target to a descriptor (no symbolic link, beneath the root: openat2(2)) and sets owner, mode and
 * attributes. Nothing is attached yet. Rows with `nofail` whose source or target is missing are
 * left out. Proc rows show PID_NAMESPACE, a descriptor, or the caller's own for -1.
 * The caller has cleared the umask. *ASSEMBLY is the caller's, for assembly_free().
 * Returns 0, or negative errno with the row's file and line.
 */
int assembly_open(const struct tree *tree, const struct subject *subject, int pid_namespace,
		  struct assembly **assembly, struct error *error);

/* A descriptor of the root row's mount, which belongs to the assembly. */
int assembly_root(const struct assembly *assembly);

/* The same for the tree's row INDEX; -1 for a symlink or a row that was left out. */
int assembly_mount(const struct assembly *assembly, size_t index);

/*
 * Mounts every row on its mount point, in order (move_mount(2)), and checks that what root's code
 * is loaded from is root's. The root must be attached in the caller's namespace by now, or the
 * kernel must mount on detached trees (since Linux 6.15). Returns 0 or negative errno.
 */
int assembly_attach(struct assembly *assembly, struct error *error);

/* Keeps what was made on the host when the assembly is freed: the session is complete. */
void assembly_keep(struct assembly *assembly);

/*
 * Closes every descriptor, which ends the mounts that are attached nowhere, and removes what was
 * made unless assembly_keep() was called. NULL is fine.
 */
void assembly_free(struct assembly *assembly);

/*
 * The steps of mounting one row, for a row that is put into a namespace in use (live_mount.h). Each
 * returns 0 or negative errno; the caller adds file and line.
 */

/*
 * Whether ROW has `nofail` and RESULT is an error that it covers: something is missing. An error in
 * the row itself, or a source that is not to be trusted, is never covered.
 */
bool assembly_may_skip(const struct row *row, int result);

/* A directory is mounted on a directory, a file on a file. The kernel would only say ENOTDIR. */
int assembly_check_kinds(const struct row *row, int mount, int target, struct error *error);

/*
 * Mounts the detached MOUNT of ROW on the descriptor TARGET (move_mount(2)). With SERVED, whose
 * server may not answer, a child process does: the call waits for others who change that directory.
 */
int assembly_attach_row(const struct row *row, int mount, int target, bool served,
			struct error *error);

#endif
