/* SPDX-License-Identifier: BSD-3-Clause */
/* The words of net=, tcp= and udp=: which network a session has, and which ports it may use. */
#ifndef NSTREE_NETWORK_H
#define NSTREE_NETWORK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"

/* The ports FIRST to LAST. */
struct port_range {
	uint16_t first, last;
};

/* A list of ports. The empty list is `none`. */
struct ports {
	bool any; /* every port: nothing is restricted */
	struct port_range *ranges;
	size_t n_ranges;
};

/* What a session may do with one protocol, TCP or UDP. */
struct port_policy {
	bool said; /* the option is there; the members below mean nothing otherwise */
	struct ports connect;
	struct ports bind;
};

struct network {
	char *name; /* "none", the name of a namespace in /run/netns, or NULL: the host's network */
	struct port_policy tcp, udp;
};

/* Longer than a name can be: the name is a file's. */
#define NETWORK_DIRECTORY "/run/netns"

/*
 * Reads WORD, what stands behind `net=`: none, host, or the name of a network namespace
 * (ip-netns(8)). Returns 0, or -EINVAL with what to write instead, or -ENOMEM.
 */
int network_read_name(const char *word, struct network *network, struct error *error);

/*
 * Reads WORDS, what stands behind OPTION (`tcp=` or `udp=`), into POLICY: `connect:PORTS`,
 * `bind:PORTS` or both, joined by a comma; PORTS is a comma list of numbers and ranges
 * (1024-65535), `none` or `any`. What is not named is `none`. `udp=any` and `tcp=any` stand for
 * both. Returns as network_read_name().
 */
int network_read_ports(const char *option, const char *words, struct port_policy *policy,
		       struct error *error);

/* Whether the session has a network namespace of its own or of a name. */
bool network_is_separate(const struct network *network);

/* Whether NETWORK restricts ports or protocols: tcp= or udp= was there. */
bool network_has_ports(const struct network *network);

/* Whether the session can make sockets of UDP: always, but where tcp= is there and udp= is not, or
 * udp= names no port. */
bool network_has_udp(const struct network *network);

/*
 * NETWORK in one way of writing it, as options of a rule separated by blanks, "" for the host's
 * network without restrictions. The caller's to free(3); NULL where memory ran out.
 */
char *network_text(const struct network *network);

/*
 * Copies FROM to *TO, which is the caller's, for network_clear(). Returns 0 or -ENOMEM.
 */
int network_copy(struct network *to, const struct network *from, struct error *error);

/* Frees what NETWORK holds and empties it; for cleanup(). */
void network_clear(struct network *network);

#endif
