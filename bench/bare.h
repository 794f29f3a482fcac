/* SPDX-License-Identifier: BSD-3-Clause */
/* What the kernel alone takes for a tree: the system calls in a row, no policy, no checks. */
#ifndef NSTREE_BENCH_BARE_H
#define NSTREE_BENCH_BARE_H

/*
 * Moves the process into a new tree: NAME is "eight" (the rows of bench/machine's eight.fstab,
 * PLACE the home), "native" or "pivot" (PLACE as the root and nothing else, as OPEN_TREE_NAMESPACE
 * was first measured). Returns 0 or -1.
 */
int bare_enter(const char *name, const char *place);

#endif
