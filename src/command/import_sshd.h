/* SPDX-License-Identifier: BSD-3-Clause */
/* nstree import: ChrootDirectory of sshd_config(5) converted to rules and trees. */
#ifndef NSTREE_IMPORT_SSHD_H
#define NSTREE_IMPORT_SSHD_H

#include "error.h"
#include "report.h"

/*
 * Reads FILE, an sshd_config(5), and writes rules and trees for what its Match blocks, and the
 * lines before them, have of ChrootDirectory; as import_policy() does, and returns.
 */
int import_sshd(const char *file, const char *directory, struct report *report,
		struct error *error);

#endif
