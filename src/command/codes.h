/* SPDX-License-Identifier: BSD-3-Clause */
/* The codes of nstree check's messages: their names, and what nstree help says of each */
#ifndef NSTREE_CODES_H
#define NSTREE_CODES_H

#include "errorcode.h"

struct code {
	const char *name;    /* as a message ends with it */
	const char *meaning; /* one sentence, as all but the example */
	const char *login;   /* what happens at the login */
	const char *remedy;
	const char *example; /* lines of a policy, tree or stack, or commands */
};

/* The entry of CODE; NULL for CODE_NONE and for what is no code. */
const struct code *codes_get(enum error_code code);

/* The name of CODE, "" for CODE_NONE and for what is no code. */
const char *codes_name(enum error_code code);

/* The entry with this name; NULL for none. */
const struct code *codes_find(const char *name);

#endif
