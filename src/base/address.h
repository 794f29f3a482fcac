/* SPDX-License-Identifier: BSD-3-Clause */
/* IP addresses and blocks of them, as text and as numbers; nothing is looked up. */
#ifndef NSTREE_ADDRESS_H
#define NSTREE_ADDRESS_H

#include <stdbool.h>

#include "error.h"

/* An IPv4 address is kept as the IPv6 address that it is mapped to, ::ffff:a.b.c.d. */
struct address {
	unsigned char bytes[16];
};

struct address_block {
	struct address first;
	unsigned prefix; /* how many bits of `first` count */
};

/*
 * Reads TEXT as inet_pton(3) does; an IPv6 address may have a zone after '%', which is left out.
 * Returns whether it is an address.
 */
bool address_parse(const char *text, struct address *address);

/*
 * Reads TEXT, an address without a zone, alone or with '/' and the length of a prefix after which
 * all bits are 0. Returns 0, or -EINVAL with what is wrong and what to write instead.
 */
int address_block_parse(const char *text, struct address_block *block, struct error *error);

/* Whether BLOCK has ADDRESS. A block of IPv6 addresses has no IPv4 address, however large it is. */
bool address_is_in(const struct address *address, const struct address_block *block);

#endif
