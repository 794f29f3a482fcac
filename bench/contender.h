/* SPDX-License-Identifier: BSD-3-Clause */
/* What is compared, and the figures of it. */
#ifndef NSTREE_BENCH_CONTENDER_H
#define NSTREE_BENCH_CONTENDER_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#define CONTENDERS_MAX 128

enum figure { OPEN, CLOSE, END, RATE, N_FIGURES };

struct contender {
	const char *name;
	char *kind, *what, *who;
	double *figures[N_FIGURES];
	size_t counts[N_FIGURES];
	bool failed;
};

/* One turn of CONTENDER; its figures are kept only where COUNTS. Returns whether it went well. */
typedef bool contender_turn(struct contender *contender, size_t at_once, bool counts);

/* Reads WORD, NAME=KIND:WHAT[:WHO], which stays in use. */
bool contender_read(char *word, struct contender *contender);

bool contender_is(const struct contender *contender, const char *kind);
void contender_add(struct contender *contender, enum figure figure, double value);

/* Says that CONTENDER failed; it is left out from then on. */
void contender_fail(struct contender *contender);

/* In each round every contender has its TURN, in a shuffled order; the first WARMUP do not count.
 */
void contender_rounds(struct contender *contenders, size_t count, char **numbers,
		      contender_turn *turn);

/* First quartile, median and third quartile, each behind a comma. */
void contender_print(const struct contender *contender, enum figure figure);

struct timespec contender_now(void);
double contender_microseconds(struct timespec since, struct timespec until);
_Noreturn void contender_die(const char *what);

#endif
