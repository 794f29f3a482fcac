/* SPDX-License-Identifier: BSD-3-Clause */
#include "nametable.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "hash.h"

#define SLOTS_FIRST 64

/* The slot of NAME, or the empty one where it would be: at least a quarter of them is empty. */
static struct nametable_slot *find_slot(const struct nametable *table, const char *name)
{
	size_t i = (size_t)hash_bytes(HASH_START, name, strlen(name));

	while (table->slots[i & (table->n_slots - 1)].name &&
	       strcmp(table->slots[i & (table->n_slots - 1)].name, name) != 0)
		i++;
	return &table->slots[i & (table->n_slots - 1)];
}

static int grow_table(struct nametable *table)
{
	struct nametable larger = {.n_slots = table->n_slots ? 2 * table->n_slots : SLOTS_FIRST,
				   .n_names = table->n_names};

	larger.slots = calloc(larger.n_slots, sizeof(*larger.slots));
	if (!larger.slots)
		return -ENOMEM;
	for (size_t i = 0; i < table->n_slots; i++)
		if (table->slots[i].name)
			*find_slot(&larger, table->slots[i].name) = table->slots[i];
	free(table->slots);
	*table = larger;
	return 0;
}

int nametable_add(struct nametable *table, const char *name, size_t number)
{
	struct nametable_slot *slot;

	if (4 * (table->n_names + 1) > 3 * table->n_slots && grow_table(table) < 0)
		return -ENOMEM;
	slot = find_slot(table, name);
	if (slot->name)
		return 0;
	*slot = (struct nametable_slot){name, number};
	table->n_names++;
	return 0;
}

size_t *nametable_number(const struct nametable *table, const char *name)
{
	struct nametable_slot *slot = table->n_slots ? find_slot(table, name) : NULL;

	return slot && slot->name ? &slot->number : NULL;
}

void nametable_clear(struct nametable *table)
{
	free(table->slots);
	*table = (struct nametable){0};
}
