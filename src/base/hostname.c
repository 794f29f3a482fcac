/* SPDX-License-Identifier: BSD-3-Clause */
#include "hostname.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include "cleanup.h"

static void cleanup_addrinfo(struct addrinfo **list)
{
	if (*list)
		freeaddrinfo(*list);
}

/* A host that has no such name or address is an answer; whatever else fails is none. */
static bool is_no_host(int status)
{
	return status == EAI_NONAME || status == EAI_NODATA;
}

static int fail_lookup(const char *name, int status, struct error *error)
{
	const char *why = status == EAI_SYSTEM ? strerror(errno) : gai_strerror(status);

	return error_set(error, is_no_host(status) ? ENOENT : EIO,
			 "the host name '%.200s' cannot be resolved: %s", name, why);
}

static bool is_same_name(const char *one, const char *other)
{
	size_t length = strlen(one), other_length = strlen(other);

	length -= length > 1 && one[length - 1] == '.';
	other_length -= other_length > 1 && other[other_length - 1] == '.';
	return length == other_length && strncasecmp(one, other, length) == 0;
}

static void keep_address(const struct sockaddr *from, struct host_addresses *addresses)
{
	struct address *address = &addresses->list[addresses->n];

	*address = (struct address){{[10] = 0xff, [11] = 0xff}};
	if (from->sa_family == AF_INET)
		memcpy(address->bytes + 12,
		       &((const struct sockaddr_in *)(const void *)from)->sin_addr, 4);
	else
		memcpy(address->bytes,
		       &((const struct sockaddr_in6 *)(const void *)from)->sin6_addr, 16);
	addresses->n++;
}

/* Keeps the address of ENTRY if its name is NAME. Returns 0, or -EIO where that is not known. */
static int confirm_address(const struct addrinfo *entry, const char *name,
			   struct host_addresses *addresses, struct error *error)
{
	char own_name[NI_MAXHOST];
	int status = getnameinfo(entry->ai_addr, entry->ai_addrlen, own_name, sizeof(own_name),
				 NULL, 0, NI_NAMEREQD);

	if (status && !is_no_host(status))
		return fail_lookup(name, status, error);
	if (status || !is_same_name(own_name, name))
		return 0;
	if (addresses->n == HOST_ADDRESSES_MAX)
		return error_set(error, E2BIG, "the host name '%.200s' has more than %d addresses",
				 name, HOST_ADDRESSES_MAX);
	keep_address(entry->ai_addr, addresses);
	return 0;
}

int hostname_confirm(const char *name, struct host_addresses *addresses, struct error *error)
{
	const struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
	cleanup(cleanup_addrinfo) struct addrinfo *list = NULL;
	int status = getaddrinfo(name, NULL, &hints, &list), result = 0;

	addresses->n = 0;
	if (status)
		return fail_lookup(name, status, error);
	for (const struct addrinfo *entry = list; result == 0 && entry; entry = entry->ai_next)
		if (entry->ai_family == AF_INET || entry->ai_family == AF_INET6)
			result = confirm_address(entry, name, addresses, error);
	if (result == 0 && !addresses->n)
		return error_set(error, ENOENT,
				 "no address of the host name '%.200s' has that name in turn",
				 name);
	return result;
}
