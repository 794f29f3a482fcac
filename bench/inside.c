/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * inside WHERE UNTIL: the smallest process that a session can hold. Writes the time at which it
 * runs to the descriptor WHERE (none for -1), waits until UNTIL is at its end, and ends.
 */
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "told.h"

int main(int argc, char **argv)
{
	int where = argc == 3 ? atoi(argv[1]) : -1, until = argc == 3 ? atoi(argv[2]) : -1;
	struct told told = {.what = TOLD_OPENED};
	char byte;

	clock_gettime(CLOCK_MONOTONIC, &told.at);
	if (where >= 0 && write(where, &told, sizeof(told)) != sizeof(told))
		return 1;
	close(where);
	return read(until, &byte, 1) != 0;
}
