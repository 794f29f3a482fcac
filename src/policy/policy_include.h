/* SPDX-License-Identifier: BSD-3-Clause */
/* The include lines of nstree.conf(5): which files a pattern stands for. */
#ifndef NSTREE_POLICY_INCLUDE_H
#define NSTREE_POLICY_INCLUDE_H

#include <stddef.h>

#include "error.h"
#include "rootdir.h"

struct policy_files {
	char **paths; /* sorted by the names of the files */
	size_t n_paths;
};

/*
 * Finds the files of PATTERN: one that has wildcards (glob(7)) in its last component, or the path
 * of a single file, which need not exist. A pattern below SYSCONFDIR also stands for the files in
 * the same place below /run and VENDORDIR, as the UAPI Group's configuration files specification
 * has it: of files with one name that below SYSCONFDIR counts, then that below /run, and a symbolic
 * link to /dev/null is none. What ROOT, which may be NULL, stands for is looked for in it, whoever
 * owns it, and its paths there are returned. *FILES is the caller's, for policy_files_clear(),
 * whatever this returns. Returns 0, also where there is no file or no such directory; -EINVAL for a
 * bad pattern, -EPERM for a directory that a user other than root can change; or another negative
 * errno.
 */
int policy_include_find(const char *pattern, const struct rootdir *root, struct policy_files *files,
			struct error *error);

/* Frees the paths; for cleanup(). */
void policy_files_clear(struct policy_files *files);

#endif
