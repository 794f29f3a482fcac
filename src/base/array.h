/* SPDX-License-Identifier: BSD-3-Clause */
/* Arrays that grow by one item after the other. */
#ifndef NSTREE_ARRAY_H
#define NSTREE_ARRAY_H

#include <stddef.h>
#include <stdlib.h>

/*
 * ARRAY, which has N items of SIZE bytes and was always grown by this, with room for one more: it
 * is doubled whenever N is a power of two. Returns NULL where memory ran out; ARRAY is as before
 * then.
 */
static inline void *array_grow(void *array, size_t n, size_t size)
{
	return n & (n - 1) ? array : reallocarray(array, n ? 2 * n : 1, size);
}

#endif
