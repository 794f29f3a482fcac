/* SPDX-License-Identifier: BSD-3-Clause */
/* Whole sessions of fresh processes, as sshd has them: what is loaded for them is measured too. */
#ifndef NSTREE_BENCH_WHOLE_H
#define NSTREE_BENCH_WHOLE_H

#include "contender.h"

/* One turn: from before the process starts until it has ended; the figure is END. */
contender_turn whole_turn;

/* The process: a session of CONTENDER is opened and closed, and the handle ended. An exit status.
 */
int whole_process(const struct contender *contender);

#endif
