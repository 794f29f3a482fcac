/* SPDX-License-Identifier: BSD-3-Clause */
/* nstree import: the commands that jk_lsh(8) allows, as trees that have no other programs. */
#ifndef NSTREE_IMPORT_LSH_H
#define NSTREE_IMPORT_LSH_H

#include "error.h"
#include "report.h"

/* Reads FILE, a jk_lsh.ini, and writes rules and trees; as import_policy() does, and returns. */
int import_lsh(const char *file, const char *directory, struct report *report, struct error *error);

#endif
