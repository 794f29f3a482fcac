/* SPDX-License-Identifier: BSD-3-Clause */
/* Many sessions held at once. */
#ifndef NSTREE_BENCH_HOLD_H
#define NSTREE_BENCH_HOLD_H

#include "contender.h"

/*
 * NUMBERS are COUNT, AT_ONCE and the program INSIDE, as sessions.c has them. Prints what the
 * sessions take of the kernel's memory and whether the host's mount table stayed. Returns the
 * exit status.
 */
int hold_run(struct contender *contender, char **numbers);

#endif
