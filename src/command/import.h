/* SPDX-License-Identifier: BSD-3-Clause */
/* nstree import: a policy of pam_namespace converted to rules and trees. */
#ifndef NSTREE_IMPORT_H
#define NSTREE_IMPORT_H

#include "error.h"
#include "report.h"

/*
 * Reads FILE, a namespace.conf(5), or an sshd_config(5) where its name begins so, and writes
 * nstree.conf and the tree files that it names: to standard output as one text, or as
 * DIRECTORY/nstree.conf and DIRECTORY/nstree.d/NAME.fstab where DIRECTORY is not NULL. If one of
 * the files exists, none is written. REPORT gets a warning for what has no equivalent and an error
 * for a line that is wrong. Returns 0, or negative errno where FILE cannot be read or the result
 * not be written.
 */
int import_policy(const char *file, const char *directory, struct report *report,
		  struct error *error);

#endif
