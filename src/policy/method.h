/* SPDX-License-Identifier: BSD-3-Clause */
/* The words of method=: which system calls create a mount namespace. */
#ifndef NSTREE_METHOD_H
#define NSTREE_METHOD_H

#include "error.h"

enum method {
	METHOD_AUTO,   /* native where the kernel has it, else pivot */
	METHOD_NATIVE, /* open_tree(OPEN_TREE_NAMESPACE), since Linux 7.0 */
	METHOD_PIVOT,  /* unshare(2) and pivot_root(2) */
};

/*
 * Reads WORD (auto, native or pivot) into *METHOD. Returns 0, or -EINVAL with what to write.
 */
int method_read(const char *word, enum method *method, struct error *error);

/* METHOD's word; static. */
const char *method_word(enum method method);

#endif
