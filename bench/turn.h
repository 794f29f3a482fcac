/* SPDX-License-Identifier: BSD-3-Clause */
/* Turns of processes that were just forked, and the pipes to them. */
#ifndef NSTREE_BENCH_TURN_H
#define NSTREE_BENCH_TURN_H

#include "contender.h"

/* The pipes between the benchmark and the processes of one turn; an end of file is a signal. */
struct strings {
	int go[2], leave[2], told[2];
};

/* One turn: AT_ONCE processes open a session each at the same time, then close them at the same
 * time. */
contender_turn turn_take;

/*
 * Reads COUNT tellings of WHAT (told.h); false where one failed. The times go to CONTENDER where
 * FIGURE is one, -1 for none.
 */
bool turn_hear(int told, size_t count, int what, struct contender *contender, int figure);

/* Waits for COUNT children. */
void turn_reap(size_t count);

/* A session that stays open until the benchmark ends, and the pipe KEPT with it. */
void turn_keep(struct contender *contender, const int kept[2]);

#endif
