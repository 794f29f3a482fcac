/* SPDX-License-Identifier: BSD-3-Clause */
#include "contender.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Microseconds after each turn, for what others do on its account: journald. */
#define PAUSE 20000

_Noreturn void contender_die(const char *what)
{
	perror(what);
	exit(2);
}

struct timespec contender_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now;
}

double contender_microseconds(struct timespec since, struct timespec until)
{
	return (double)(until.tv_sec - since.tv_sec) * 1e6 +
	       (double)(until.tv_nsec - since.tv_nsec) / 1e3;
}

bool contender_read(char *word, struct contender *contender)
{
	contender->name = strsep(&word, "=");
	contender->kind = strsep(&word, ":");
	contender->what = word && contender_is(contender, "exec") ? word : strsep(&word, ":");
	contender->who = word;
	return contender->what;
}

bool contender_is(const struct contender *contender, const char *kind)
{
	return strcmp(contender->kind, kind) == 0;
}

void contender_add(struct contender *contender, enum figure figure, double value)
{
	size_t count = contender->counts[figure]++;
	double *larger = reallocarray(contender->figures[figure], count + 1, sizeof(*larger));

	if (!larger)
		contender_die("realloc");
	larger[count] = value;
	contender->figures[figure] = larger;
}

void contender_fail(struct contender *contender)
{
	contender->failed = true;
	fprintf(stderr, "sessions: %s failed\n", contender->name);
}

static void shuffle(size_t *order, size_t count)
{
	for (size_t i = 0; i < count; i++)
		order[i] = i;
	for (size_t i = count; i > 1; i--) {
		size_t other = (size_t)rand() % i, kept = order[i - 1];

		order[i - 1] = order[other];
		order[other] = kept;
	}
}

void contender_rounds(struct contender *contenders, size_t count, char **numbers,
		      contender_turn *turn)
{
	size_t rounds = strtoul(numbers[0], NULL, 10), warmup = strtoul(numbers[1], NULL, 10);
	size_t at_once = strtoul(numbers[2], NULL, 10);
	size_t order[CONTENDERS_MAX];

	for (size_t round = 0; round < warmup + rounds; round++) {
		shuffle(order, count);
		for (size_t i = 0; i < count; i++) {
			struct contender *contender = &contenders[order[i]];

			if (contender->failed)
				continue;
			if (!turn(contender, at_once, round >= warmup))
				contender_fail(contender);
			usleep(PAUSE);
		}
	}
}

static int compare(const void *one, const void *other)
{
	double a = *(const double *)one, b = *(const double *)other;

	return (a > b) - (a < b);
}

void contender_print(const struct contender *contender, enum figure figure)
{
	double *values = contender->figures[figure];
	size_t count = contender->counts[figure];
	int digits = figure == RATE;

	if (!count) {
		printf(",,,");
		return;
	}
	qsort(values, count, sizeof(*values), compare);
	printf(",%.*f,%.*f,%.*f", digits, values[count / 4], digits, values[count / 2], digits,
	       values[count * 3 / 4]);
}
