/* SPDX-License-Identifier: BSD-3-Clause */
#include "clean.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "printable.h"
#include "removal_sweep.h"

static void print_left(const struct error *error)
{
	fputs("nstree: ", stderr);
	printable_text(stderr, error->words);
	fputc('\n', stderr);
}

int clean_directories(struct error *error)
{
	int left;

	if (geteuid() != 0)
		return error_set(error, EPERM, "clean needs root: run it as root, as with sudo");
	left = removal_sweep(true, print_left, error);
	return left > 0 ? 1 : left;
}
