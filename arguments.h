/* SPDX-License-Identifier: BSD-3-Clause */
/* The module's arguments in a PAM stack: for the module, and for who checks a stack. */
#ifndef NSTREE_ARGUMENTS_H
#define NSTREE_ARGUMENTS_H

#include <stdbool.h>

#include "error.h"
#include "namespace.h"

struct arguments {
	const char *conf;
	const char *tree; /* NULL: the rules decide */
	enum method method;
	bool debug;
};

/*
 * Reads the ARGC words of ARGV, whose strings *ARGUMENTS then shares. Returns 0, or -EINVAL for a
 * word that is none of the module's; *ARGUMENTS has what was read until there.
 */
int arguments_read(int argc, const char *const *argv, struct arguments *arguments,
		   struct error *error);

#endif
