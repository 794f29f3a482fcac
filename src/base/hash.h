/* SPDX-License-Identifier: BSD-3-Clause */
/* FNV-1a, a hash for names and against damage, not against an attacker. */
#ifndef NSTREE_HASH_H
#define NSTREE_HASH_H

#include <stddef.h>
#include <stdint.h>

#define HASH_START UINT64_C(0xcbf29ce484222325)

/* HASH, HASH_START at first, with the SIZE bytes at BYTES. */
static inline uint64_t hash_bytes(uint64_t hash, const char *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++)
		hash = (hash ^ (unsigned char)bytes[i]) * UINT64_C(0x100000001b3);
	return hash;
}

#endif
