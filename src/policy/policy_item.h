/* SPDX-License-Identifier: BSD-3-Clause */
/* The comma-separated lists of nstree.conf(5): the users and PAM services of a rule. */
#ifndef NSTREE_POLICY_ITEM_H
#define NSTREE_POLICY_ITEM_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "error.h"

/* As long as a login name may be, and short enough to be quoted whole. */
#define POLICY_ITEM_SIZE 256

/* What an item of a rule's first field names. */
enum policy_item_kind {
	POLICY_ITEM_USER,     /* name */
	POLICY_ITEM_ALL,      /* * */
	POLICY_ITEM_UIDS,     /* MIN:MAX */
	POLICY_ITEM_GROUP,    /* @group */
	POLICY_ITEM_GIDS,     /* @MIN:MAX, the gid of the primary group */
	POLICY_ITEM_NETGROUP, /* +netgroup */
};

struct policy_item {
	bool excludes; /* it was written after a '!' */
	enum policy_item_kind kind;
	size_t length;		     /* as written: POLICY_ITEM_SIZE or more where it was cut */
	char text[POLICY_ITEM_SIZE]; /* as written, without the '!' */
	char name[POLICY_ITEM_SIZE]; /* without '@' or '+' too, and \040 and the like are a byte */
};

/* Takes the first item off *REST, which is NULL after the last one; false where none is left. */
bool policy_next_item(const char **rest, struct policy_item *item);

/* Whether ITEM, of a list that was checked, is a range of ids; then *MIN and *MAX, inclusive. */
bool policy_item_range(const struct policy_item *item, id_t *min, id_t *max);

/*
 * Checks each item of LIST, and CHECK on top of what holds for all lists. Returns 0, or -EINVAL
 * with the item, what is wrong with it and what to write instead.
 */
int policy_check_list(const char *list, int (*check)(const struct policy_item *, struct error *),
		      struct error *error);

/*
 * Check the list in a rule's first or second field. Return 0, or -EINVAL with the item, what is
 * wrong with it and what to write instead.
 */
int policy_check_who(const char *list, struct error *error);
int policy_check_service(const char *list, struct error *error);

#endif
