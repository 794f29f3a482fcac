/* SPDX-License-Identifier: BSD-3-Clause */
/* nstree diff: whose session changes from one policy to another, and how. */
#ifndef NSTREE_POLICYDIFF_H
#define NSTREE_POLICYDIFF_H

#include <stdbool.h>

struct policydiff_options {
	const char *old, *new;	/* each a file or a directory */
	const char *from, *tty; /* PAM_RHOST and PAM_TTY of the sessions; NULL for none */
	bool json;
	bool color;
};

/*
 * Compares what each user gets by the policies OLD and NEW (policy_set_load()), for each service
 * that one of their rules names and for any other: the tree, the options and the rows. Stacks are
 * not looked at. Prints each change with the rules, how many users it is for and the rows that go
 * and come; with JSON an object as nstree(8) describes it. Returns 0 if nobody's
 * session changes, 1 if some do, 2 if they cannot be compared: then the faults have been printed.
 */
int policydiff_print(const struct policydiff_options *options);

#endif
