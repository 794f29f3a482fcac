/* SPDX-License-Identifier: BSD-3-Clause */
/* nstree check --root: a policy and its trees in a directory, before they are on any host. */
#ifndef NSTREE_CHECK_ROOT_H
#define NSTREE_CHECK_ROOT_H

#include "report.h"

/*
 * Reads the policy in the directory ROOT (policy_set_load()), every tree that it names, for each
 * user of ROOT/etc/passwd that a rule matches, and those trees of ROOT that no rule names. With
 * TREE not NULL it reads that tree alone. Adds to REPORT what is wrong with the text, and a name
 * that ROOT's files do not have. Needs no privileges and asks neither this machine's name service
 * nor its kernel.
 */
void check_root_directory(const char *root, const char *tree, struct report *report);

#endif
