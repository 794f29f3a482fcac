/* SPDX-License-Identifier: BSD-3-Clause */
/* Netlink: interfaces of the host's, and its sockets. */
#include <errno.h>
#include <linux/if_link.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ways.h"

struct link_request {
	struct nlmsghdr header;
	struct ifinfomsg link;
	char attributes[128];
};

static struct nlattr *add(struct link_request *request, unsigned type, const void *data,
			  size_t length)
{
	struct nlattr *attribute =
		(void *)((char *)request + NLMSG_ALIGN(request->header.nlmsg_len));

	attribute->nla_type = (uint16_t)type;
	attribute->nla_len = (uint16_t)(NLA_HDRLEN + length);
	if (length)
		memcpy((char *)attribute + NLA_HDRLEN, data, length);
	request->header.nlmsg_len =
		NLMSG_ALIGN(request->header.nlmsg_len) + (uint32_t)NLA_ALIGN(attribute->nla_len);
	return attribute;
}

/* link-add NAME [PID]: a new interface, in the network namespace of that process. */
static void way_link_add(char **arguments)
{
	struct link_request request = {
		.header = {.nlmsg_len = NLMSG_LENGTH(sizeof(request.link)),
			   .nlmsg_type = RTM_NEWLINK,
			   .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL}};
	struct {
		struct nlmsghdr header;
		struct nlmsgerr error;
		char rest[512];
	} answer = {0};
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	struct nlattr *info;
	uint32_t pid;

	add(&request, IFLA_IFNAME, arguments[0], strlen(arguments[0]) + 1);
	if (arguments[1]) {
		pid = (uint32_t)pid_of(arguments[1]);
		add(&request, IFLA_NET_NS_PID, &pid, sizeof(pid));
	}
	info = add(&request, IFLA_LINKINFO, NULL, 0);
	add(&request, IFLA_INFO_KIND, "bridge", sizeof("bridge"));
	info->nla_len = (uint16_t)((char *)&request + request.header.nlmsg_len - (char *)info);
	if (fd < 0 || send(fd, &request, request.header.nlmsg_len, 0) < 0 ||
	    recv(fd, &answer, sizeof(answer), 0) < 0)
		closed("NETLINK_ROUTE");
	errno = -answer.error.error;
	if (errno)
		closed("RTM_NEWLINK");
	escaped();
}

/* socket-diag PORT: whether the kernel lists a server of TCP at that port. */
static void way_socket_diag(char **arguments)
{
	struct {
		struct nlmsghdr header;
		struct inet_diag_req_v2 request;
	} ask = {.header = {.nlmsg_len = sizeof(ask),
			    .nlmsg_type = SOCK_DIAG_BY_FAMILY,
			    .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP},
		 .request = {.sdiag_family = AF_INET,
			     .sdiag_protocol = IPPROTO_TCP,
			     .idiag_states = UINT32_MAX}};
	int fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
	static char answer[1 << 16] __attribute__((aligned(8)));
	ssize_t got;

	if (fd < 0 || send(fd, &ask, sizeof(ask), 0) < 0)
		closed("NETLINK_SOCK_DIAG");
	while ((got = recv(fd, answer, sizeof(answer), 0)) > 0) {
		const struct nlmsghdr *header = (const void *)answer;

		for (size_t left = (size_t)got; NLMSG_OK(header, left);
		     header = NLMSG_NEXT(header, left)) {
			const struct inet_diag_msg *message = NLMSG_DATA(header);

			if (header->nlmsg_type != SOCK_DIAG_BY_FAMILY)
				closed("the list's end");
			if (ntohs(message->id.idiag_sport) == number(arguments[0])) {
				escaped();
				exit(0);
			}
		}
	}
}

const struct way netlink_ways[] = {
	{"link-add", way_link_add, 1},
	{"socket-diag", way_socket_diag, 1},
	{0},
};
