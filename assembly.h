/* SPDX-License-Identifier: BSD-3-Clause */
/* The rows of a tree as detached mounts, each with its mount point: all but the namespace itself.
 */
#ifndef NSTREE_ASSEMBLY_H
#define NSTREE_ASSEMBLY_H

#include <stdbool.h>

#include "error.h"
#include "subject.h"
#include "tree.h"

struct assembly;

/*
 * Opens every source in the caller's tree, makes the mount points that rows ask for, resolves each
 * target to a descriptor (no symbolic link, beneath the root: openat2(2)) and sets the attributes.
 * Nothing is attached yet. Rows with `nofail` whose source or target is missing are left out.
 * Proc rows show PID_NAMESPACE, a descriptor, or the caller's own for -1.
 * The caller has cleared the umask. *ASSEMBLY is the caller's, for assembly_free().
 * Returns 0, or negative errno with the row's file and line.
 */
int assembly_open(const struct tree *tree, const struct subject *subject, int pid_namespace,
		  struct assembly **assembly, struct error *error);

/*
 * Adds the rows that are sockets, and the files of the whole tree, to what the Landlock RULESET
 * lets the session reach. Returns 0 or negative errno.
 */
int assembly_allow_sockets(const struct assembly *assembly, int ruleset, struct error *error);

/*
 * The same for a session that joins others: of the sockets that TREE's rows name, those that are
 * mounted in the tree ROOT. Returns 0 or negative errno.
 */
int assembly_allow_mounted(const struct tree *tree, int root, int ruleset, struct error *error);

/* The root row's mount; the assembly's own. */
int assembly_root(const struct assembly *assembly);

/*
 * Mounts every row on its mount point, in order (move_mount(2)), and checks that what root's code
 * is loaded from is root's. The root must be attached in the caller's namespace by now, or the
 * kernel must mount on detached trees (since Linux 6.15). Returns 0 or negative errno.
 */
int assembly_attach(struct assembly *assembly, struct error *error);

/* The session is whole: what was made for it stays. */
void assembly_keep(struct assembly *assembly);

/*
 * Closes every descriptor, which ends the mounts that are attached nowhere, and removes what was
 * made unless assembly_keep() was called. NULL is fine.
 */
void assembly_free(struct assembly *assembly);

/*
 * The steps that a row is mounted by, for one that is put into a living namespace (graft.h). Each
 * returns 0 or negative errno; the caller says file and line.
 */

/* Whether RESULT is what `nofail` is for: something is not there, and ROW may be left out. A
 * mistake in the row, or distrust, is never passed. */
bool assembly_may_skip(const struct row *row, int result);

/* A directory goes on a directory, a file on a file: the kernel would only say ENOTDIR. */
int assembly_check_kinds(const struct row *row, int mount, int target, struct error *error);

/* Mounts the detached MOUNT of ROW on the descriptor TARGET (move_mount(2)). */
int assembly_attach_row(const struct row *row, int mount, int target, struct error *error);

/* Where root's code is loaded from ROW's target, whether MOUNT is root's alone. */
int assembly_check_mount(const struct row *row, int mount, struct error *error);

/* The same for each place in FD, which is (to be) TARGET in the tree, that code is loaded from. */
int assembly_check_places(const char *target, int fd, struct error *error);

#endif
