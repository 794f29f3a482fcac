/* SPDX-License-Identifier: BSD-3-Clause */
/* The addresses of a host that is known by name, believed only as far as the name resolves back. */
#ifndef NSTREE_HOSTNAME_H
#define NSTREE_HOSTNAME_H

#include <stddef.h>

#include "address.h"
#include "error.h"

#define HOST_ADDRESSES_MAX 64

struct host_addresses {
	struct address list[HOST_ADDRESSES_MAX];
	size_t n;
};

/*
 * Looks up the addresses of NAME (getaddrinfo(3)), and keeps those whose own name
 * (getnameinfo(3)) is NAME, without regard to case and to a dot at the end: whoever controls the
 * reverse domain of an address, and not of another, can give it any name, but not that name's
 * addresses. Returns 0 with at least one address; -ENOENT where no address has that name; or
 * another negative errno where a look-up failed, so that nothing is known. Blocks for as long as
 * the sources of nsswitch.conf(5) do.
 */
int hostname_confirm(const char *name, struct host_addresses *addresses, struct error *error);

#endif
