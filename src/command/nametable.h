/* SPDX-License-Identifier: BSD-3-Clause */
/* Names, hashed, with a number each. */
#ifndef NSTREE_NAMETABLE_H
#define NSTREE_NAMETABLE_H

#include <stddef.h>

struct nametable {
	struct nametable_slot {
		const char *name; /* NULL for an empty one */
		size_t number;
	} * slots;
	size_t n_slots; /* 0 or a power of two */
	size_t n_names;
};

/*
 * Adds NAME, which must outlive TABLE, with NUMBER; a name that TABLE has keeps its number. Returns
 * 0 or -ENOMEM.
 */
int nametable_add(struct nametable *table, const char *name, size_t number);

/* The number of NAME, which is TABLE's own, until the next nametable_add(); NULL for none. */
size_t *nametable_number(const struct nametable *table, const char *name);

/* Empties TABLE; for cleanup(). */
void nametable_clear(struct nametable *table);

#endif
