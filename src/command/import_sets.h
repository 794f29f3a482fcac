/* SPDX-License-Identifier: BSD-3-Clause */
/* Which lines of a namespace.conf apply to which users: users with the same lines share a tree. */
#ifndef NSTREE_IMPORT_SETS_H
#define NSTREE_IMPORT_SETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "namespaceconf.h"

#define IMPORT_SETS_LINES_MAX 64 /* bits of a set */

/* Bytes of which a user's name may consist. */
#define IMPORT_SETS_NAME_BYTES                                                                     \
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._+-$\\"

struct import_sets {
	const struct polydirs *polydirs;
	uint64_t *sets; /* a bit a line; the first is for everyone who is not named */
	size_t n_sets;
	bool failed; /* memory ran out, and a set is missing */
};

/*
 * Finds each set of lines of POLYDIRS, which has at most IMPORT_SETS_LINES_MAX and must outlive
 * SETS, that holds for some user. For import_sets_clear() whatever this returns: 0 or -ENOMEM.
 */
int import_sets_make(const struct polydirs *polydirs, struct import_sets *sets);

void import_sets_clear(struct import_sets *sets);

/* The lines that hold for the LENGTH bytes at USER; with "" for everyone who is not named. */
uint64_t import_sets_of(const struct import_sets *sets, const char *user, size_t length);

/* Calls VISIT for each user that a line names, once for each line that does. */
void import_sets_each_user(const struct import_sets *sets,
			   void (*visit)(const struct polydir *polydir, const char *user,
					 size_t length, void *data),
			   void *data);

/* Where the comma list LIST first names USER; NULL for nowhere. */
const char *import_sets_find_user(const char *list, const char *user, size_t length);

/*
 * The name of the tree for SET, into NAME of NAME_MAX + 1 bytes, which it returns: namespace,
 * namespace-2, ...; "-" for the empty set.
 */
const char *import_sets_tree(const struct import_sets *sets, uint64_t set, char *name);

#endif
