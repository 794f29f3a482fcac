/* SPDX-License-Identifier: BSD-3-Clause */
/* The home directories of passwd(5), sorted, for checking many users. */
#ifndef NSTREE_HOMELIST_H
#define NSTREE_HOMELIST_H

#include <stddef.h>
#include <sys/types.h>

struct homelist_entry {
	char *home; /* absolute, no "//", no trailing "/" */
	char *user;
	uid_t uid;
};

struct homelist {
	struct homelist_entry *entries;
	size_t n_entries;
};

/* Reads /etc/passwd. *LIST is for homelist_clear(), whatever this returns: 0 or negative errno. */
int homelist_load(struct homelist *list);

/* Another uid than UID whose home is beneath HOME; NULL for none. */
const struct homelist_entry *homelist_find_beneath(const struct homelist *list, const char *home,
						   uid_t uid);

void homelist_clear(struct homelist *list);

#endif
