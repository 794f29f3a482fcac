/* SPDX-License-Identifier: BSD-3-Clause */
/* The module's arguments in a PAM stack, for the module and for nstree check --pam. */
#ifndef NSTREE_ARGUMENTS_H
#define NSTREE_ARGUMENTS_H

#include <stdbool.h>

#include "error.h"
#include "method.h"

struct arguments {
	const char *conf;
	const char *tree; /* NULL where the rules decide */
	bool everyone;	  /* TREE is for administrators, too */
	enum method method;
	bool debug;
	bool open;  /* only open_session does something */
	bool close; /* only close_session does something */
};

/*
 * Reads the ARGC words of ARGV, whose strings *ARGUMENTS then shares. Returns 0, or -EINVAL for a
 * word that is none of the module's, for open and close in one line, which would do nothing, and
 * for everyone without tree=; *ARGUMENTS has what was read until there.
 */
int arguments_read(int argc, const char *const *argv, struct arguments *arguments,
		   struct error *error);

#endif
