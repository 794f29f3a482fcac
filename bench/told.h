/* SPDX-License-Identifier: BSD-3-Clause */
/* What a session's process tells the benchmark, each in one write(2) to a pipe that all share. */
#ifndef NSTREE_BENCH_TOLD_H
#define NSTREE_BENCH_TOLD_H

#include <time.h>

enum told_what { TOLD_READY, TOLD_BEGUN, TOLD_OPENED, TOLD_CLOSED, TOLD_FAILED };

struct told {
	int what;
	struct timespec at;    /* CLOCK_MONOTONIC, which is the same in every process */
	struct timespec since; /* TOLD_OPENED, TOLD_CLOSED: when that began; else nothing */
};

#endif
