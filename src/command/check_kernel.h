/* SPDX-License-Identifier: BSD-3-Clause */
/* nstree check --kernel: what of the module works on this kernel. */
#ifndef NSTREE_CHECK_KERNEL_H
#define NSTREE_CHECK_KERNEL_H

#include <stdbool.h>
#include <stdio.h>

#include "report.h"
#include "rule.h"

/*
 * Tries each kernel feature that the module or the command uses and that not every kernel has, and
 * prints a table, or one JSON object with JSON. Changes nothing on the host. Returns the number of
 * features that could not be tried without root, or -EIO.
 */
int check_kernel(FILE *stream, bool json, bool color);

/*
 * Prepares RULE's isolation as a session does and undoes it, and adds to REPORT what this kernel
 * does not support of it and of share=. Without root, isolate=pid and isolate=ipc are not tried.
 */
void check_kernel_rule(const struct rule *rule, struct report *report);

#endif
