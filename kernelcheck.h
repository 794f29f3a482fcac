/* SPDX-License-Identifier: BSD-3-Clause */
/* nstree check --kernel: what of the module works on this kernel. */
#ifndef NSTREE_KERNELCHECK_H
#define NSTREE_KERNELCHECK_H

#include <stdbool.h>
#include <stdio.h>

/*
 * Asks the kernel for each thing that the module or the command uses and that not every kernel
 * has, and prints a table of them, or with JSON one object. Nothing of the machine's changes.
 * Returns how many answers were refused for want of privilege, or -EIO.
 */
int kernel_check(FILE *stream, bool json, bool color);

#endif
