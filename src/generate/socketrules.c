/* SPDX-License-Identifier: BSD-3-Clause */
#include "socketrules.h"

#include <errno.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <sys/socket.h>

#define TYPE_MASK 0xf /* without SOCK_CLOEXEC and SOCK_NONBLOCK (linux/net.h) */

static const uint32_t refused = SCMP_ACT_ERRNO(EAFNOSUPPORT);

static int refuse(scmp_filter_ctx filter, unsigned n_comparisons,
		  const struct scmp_arg_cmp *comparisons)
{
	return seccomp_rule_add_array(filter, refused, SCMP_SYS(socket), n_comparisons,
				      comparisons);
}

/* Families in ascending order; all between and above them are refused. */
static int add_families(scmp_filter_ctx filter, bool ports)
{
	/* Routes and addresses are asked for by netlink, also by getaddrinfo(3). */
	static const int allowed[] = {AF_UNIX, AF_INET, AF_INET6, AF_NETLINK, AF_PACKET};
	size_t n_allowed = sizeof(allowed) / sizeof(*allowed) - (ports ? 1 : 0);
	int family = 0, result = 0;

	for (size_t i = 0; i < n_allowed; i++, family++)
		for (; result == 0 && family < allowed[i]; family++)
			result = refuse(filter, 1, &SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)family));
	return result == 0 ? refuse(filter, 1, &SCMP_A0(SCMP_CMP_GE, (scmp_datum_t)family))
			   : result;
}

/* Of TYPE in FAMILY: no protocol but 0 and PROTOCOL. */
static int add_protocol(scmp_filter_ctx filter, int family, int type, int protocol)
{
	struct scmp_arg_cmp comparisons[] = {
		SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)family),
		SCMP_A1(SCMP_CMP_MASKED_EQ, TYPE_MASK, (scmp_datum_t)type),
		SCMP_A2(SCMP_CMP_GT, (scmp_datum_t)protocol),
	};
	int result = refuse(filter, 3, comparisons);

	for (int other = 1; result == 0 && other < protocol; other++) {
		comparisons[2] = SCMP_A2(SCMP_CMP_EQ, (scmp_datum_t)other);
		result = refuse(filter, 3, comparisons);
	}
	return result;
}

/* Of FAMILY: streams of TCP, datagrams of UDP where allowed, and nothing else. */
static int add_internet(scmp_filter_ctx filter, int family, bool udp)
{
	int result = add_protocol(filter, family, SOCK_STREAM, IPPROTO_TCP);

	if (result == 0 && udp)
		result = add_protocol(filter, family, SOCK_DGRAM, IPPROTO_UDP);
	for (int type = 0; result == 0 && type <= TYPE_MASK; type++) {
		const struct scmp_arg_cmp comparisons[] = {
			SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)family),
			SCMP_A1(SCMP_CMP_MASKED_EQ, TYPE_MASK, (scmp_datum_t)type),
		};

		if (type != SOCK_STREAM && (type != SOCK_DGRAM || !udp))
			result = refuse(filter, 2, comparisons);
	}
	return result;
}

/*
 * A first segment with data (TCP Fast Open) connects too, and not every Landlock asks about it
 * then. Programs that are refused it call connect(2).
 */
static int refuse_fast_open(scmp_filter_ctx filter)
{
	const uint32_t unsupported = SCMP_ACT_ERRNO(EOPNOTSUPP);
	int result = seccomp_rule_add(filter, unsupported, SCMP_SYS(sendto), 1,
				      SCMP_A3(SCMP_CMP_MASKED_EQ, MSG_FASTOPEN, MSG_FASTOPEN));

	if (result == 0)
		result = seccomp_rule_add(filter, unsupported, SCMP_SYS(sendmsg), 1,
					  SCMP_A2(SCMP_CMP_MASKED_EQ, MSG_FASTOPEN, MSG_FASTOPEN));
	if (result == 0)
		result = seccomp_rule_add(filter, unsupported, SCMP_SYS(sendmmsg), 1,
					  SCMP_A3(SCMP_CMP_MASKED_EQ, MSG_FASTOPEN, MSG_FASTOPEN));
	return result;
}

static int add_protocols(scmp_filter_ctx filter, bool udp)
{
	const struct scmp_arg_cmp netlink[] = {
		SCMP_A0(SCMP_CMP_EQ, AF_NETLINK),
		SCMP_A2(SCMP_CMP_NE, NETLINK_ROUTE),
	};
	int result = refuse(filter, 2, netlink);

	if (result == 0)
		result = refuse_fast_open(filter);
	if (result == 0)
		result = add_internet(filter, AF_INET, udp);
	return result == 0 ? add_internet(filter, AF_INET6, udp) : result;
}

int socketrules_add(scmp_filter_ctx filter, enum seccomp_sockets sockets)
{
	bool ports = sockets != SECCOMP_SOCKETS_SEPARATE;
	int result;

	if (sockets == SECCOMP_SOCKETS_ANY)
		return 0;
	result = add_families(filter, ports);
	if (result == 0 && ports)
		result = add_protocols(filter, sockets == SECCOMP_SOCKETS_TCP_UDP);
	/* Its arguments are in memory, which no filter sees. C libraries have not used it for
	 * years. */
	if (result == 0)
		result = seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(socketcall), 0);
	if (result == 0)
		result = seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(io_uring_setup),
					  0);
	return result;
}
