/* SPDX-License-Identifier: BSD-3-Clause */
#include "import_sets.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TREE_NAME "namespace"

const char *import_sets_find_user(const char *list, const char *user, size_t length)
{
	for (; *list; list += *list == ',') {
		size_t width = strcspn(list, ",");

		if (width == length && memcmp(list, user, width) == 0)
			return list;
		list += width;
	}
	return NULL;
}

uint64_t import_sets_of(const struct import_sets *sets, const char *user, size_t length)
{
	uint64_t set = 0;

	for (size_t i = 0; i < sets->polydirs->n_items; i++) {
		const struct polydir *polydir = &sets->polydirs->items[i];

		if ((import_sets_find_user(polydir->users, user, length) != NULL) == polydir->only)
			set |= UINT64_C(1) << i;
	}
	return set;
}

static void add_set(struct import_sets *sets, uint64_t set)
{
	uint64_t *grown;

	for (size_t i = 0; i < sets->n_sets; i++)
		if (sets->sets[i] == set)
			return;
	grown = reallocarray(sets->sets, sets->n_sets + 1, sizeof(*grown));
	sets->failed = sets->failed || !grown;
	if (!grown)
		return;
	sets->sets = grown;
	sets->sets[sets->n_sets++] = set;
}

void import_sets_each_user(const struct import_sets *sets,
			   void (*visit)(const struct polydir *polydir, const char *user,
					 size_t length, void *data),
			   void *data)
{
	for (size_t i = 0; i < sets->polydirs->n_items; i++) {
		const struct polydir *polydir = &sets->polydirs->items[i];

		for (const char *user = polydir->users; *user; user += *user == ',') {
			size_t length = strcspn(user, ",");

			if (length)
				visit(polydir, user, length, data);
			user += length;
		}
	}
}

static void add_user_set(const struct polydir *polydir, const char *user, size_t length, void *data)
{
	struct import_sets *sets = data;

	(void)polydir;
	if (strspn(user, IMPORT_SETS_NAME_BYTES) >= length)
		add_set(sets, import_sets_of(sets, user, length));
}

const char *import_sets_tree(const struct import_sets *sets, uint64_t set, char *name)
{
	unsigned number = 0;

	for (size_t i = 0; i < sets->n_sets; i++) {
		number += sets->sets[i] != 0;
		if (sets->sets[i] == set)
			break;
	}
	if (!set)
		snprintf(name, NAME_MAX + 1, "-");
	else if (number == 1)
		snprintf(name, NAME_MAX + 1, TREE_NAME);
	else
		snprintf(name, NAME_MAX + 1, TREE_NAME "-%u", number);
	return name;
}

int import_sets_make(const struct polydirs *polydirs, struct import_sets *sets)
{
	*sets = (struct import_sets){.polydirs = polydirs};
	add_set(sets, import_sets_of(sets, "", 0));
	import_sets_each_user(sets, add_user_set, sets);
	add_set(sets, import_sets_of(sets, "root", 4));
	return sets->failed ? -ENOMEM : 0;
}

void import_sets_clear(struct import_sets *sets)
{
	free(sets->sets);
	*sets = (struct import_sets){0};
}
