/* SPDX-License-Identifier: BSD-3-Clause */
/* Services of the host's network, and a process outside that has them. */
#include <errno.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <linux/io_uring.h>
#include <linux/vm_sockets.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "socket.h"
#include "ways.h"

#define SAID "ESCAPED\n"
#define SERVICE_PORT 4001
#define VISITED_PORT 4010 /* the process outside connects to it, */
#define SNIFFED_PORT 4011 /* and sends to it */
#define PATIENCE 3000	  /* milliseconds */

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
	struct sockaddr_vm vm;
};

static const struct kind {
	const char *name;
	int family, type, protocol;
} kinds[] = {
	{"tcp", AF_INET, SOCK_STREAM, 0},
	{"tcp6", AF_INET6, SOCK_STREAM, 0},
	{"udp", AF_INET, SOCK_DGRAM, 0},
	{"mptcp", AF_INET, SOCK_STREAM, IPPROTO_MPTCP},
	{"sctp", AF_INET, SOCK_STREAM, IPPROTO_SCTP},
	{"smc", 43, SOCK_STREAM, 0},
	{"vsock", AF_VSOCK, SOCK_STREAM, 0},
	{0},
};

static const struct kind *kind_of(const char *name)
{
	for (const struct kind *kind = kinds; kind->name; kind++)
		if (strcmp(kind->name, name) == 0)
			return kind;
	errx(1, "no kind of socket '%s'", name);
}

static socklen_t host_address(const struct kind *kind, unsigned port, union address *address)
{
	*address = (union address){0};
	address->any.sa_family = (sa_family_t)(kind->family == 43 ? AF_INET : kind->family);
	if (kind->family == AF_VSOCK) {
		address->vm.svm_cid = VMADDR_CID_LOCAL;
		address->vm.svm_port = port;
		return sizeof(address->vm);
	}
	if (kind->family == AF_INET6) {
		address->v6.sin6_addr = in6addr_loopback;
		address->v6.sin6_port = htons((uint16_t)port);
		return sizeof(address->v6);
	}
	address->v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	address->v4.sin_port = htons((uint16_t)port);
	return sizeof(address->v4);
}

static int socket_of(const struct kind *kind)
{
	return socket(kind->family, kind->type | SOCK_CLOEXEC, kind->protocol);
}

static int connect_to(const struct kind *kind, int fd, unsigned port)
{
	union address address;
	socklen_t length = host_address(kind, port, &address);

	return connect(fd, &address.any, length);
}

/* Prints what comes in FD, within the time that a process outside needs. */
static void show_said(int fd)
{
	struct pollfd poll_fd = {fd, POLLIN, 0};
	char text[256] = "";

	if (poll(&poll_fd, 1, PATIENCE) != 1 || recv(fd, text, sizeof(text) - 1, 0) < 0)
		closed("nothing is said");
	puts(text);
}

/* --- the process outside
 * --------------------------------------------------------------------------- */

static int listener_of(const struct kind *kind)
{
	union address address;
	socklen_t length = host_address(kind, SERVICE_PORT, &address);
	int fd = socket_of(kind), yes = 1;

	if (kind->family == AF_VSOCK)
		address.vm.svm_cid = VMADDR_CID_ANY;
	if (fd >= 0)
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
	if (fd < 0 || bind(fd, &address.any, length) < 0 ||
	    (kind->type == SOCK_STREAM && listen(fd, 8) < 0)) {
		close(fd);
		return -1;
	}
	return fd;
}

static void answer_datagram(int fd)
{
	union address from;
	socklen_t length = sizeof(from);
	char byte;

	if (recvfrom(fd, &byte, 1, 0, &from.any, &length) >= 0)
		sendto(fd, SAID, sizeof(SAID) - 1, 0, &from.any, length);
}

static void answer(int listener)
{
	int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);

	if (fd < 0)
		return;
	send(fd, SAID, sizeof(SAID) - 1, MSG_NOSIGNAL);
	close(fd);
}

/* Two sockets of the host's network: one connected to its service, one not. */
static void hand_in(int listener)
{
	const struct kind *tcp = kind_of("tcp");
	int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC), connected = socket_of(tcp),
	    plain = socket_of(tcp);

	/* (The number is this program's from its beginning on.) */
	if (connect_to(tcp, connected, SERVICE_PORT) == 0 && dup2(connected, TWIN_FD) == TWIN_FD)
		socket_hand_over(fd, "two", plain);
	close(connected);
	close(plain);
	close(fd);
}

/* To whom in the host's network listens at PORT. */
static void visit_port(unsigned port)
{
	const struct kind *tcp = kind_of("tcp");
	int fd = socket_of(tcp);

	if (connect_to(tcp, fd, port) == 0)
		send(fd, SAID, sizeof(SAID) - 1, MSG_NOSIGNAL);
	close(fd);
}

static void visit_all(const char *port_file)
{
	const struct kind *udp = kind_of("udp");
	union address address;
	socklen_t length = host_address(udp, SNIFFED_PORT, &address);
	int fd = socket_of(udp);
	FILE *stream = fopen(port_file, "re");
	unsigned port;

	sendto(fd, SAID, sizeof(SAID) - 1, 0, &address.any, length);
	close(fd);
	visit_port(VISITED_PORT);
	if (stream && fscanf(stream, "%u", &port) == 1)
		visit_port(port);
	if (stream)
		fclose(stream);
}

/*
 * net-serve FILE: says the secret at the host's services, and goes to those of the session's that
 * it reaches. At FILE.sock it hands in sockets. When it is ready it makes FILE, with the kinds it
 * has.
 */
static void way_net_serve(char **arguments)
{
	enum { COUNT = sizeof(kinds) / sizeof(*kinds) - 1 };
	struct pollfd sockets[COUNT + 2];
	char name[3][256];
	FILE *stream;

	for (int i = 0; i < 3; i++)
		snprintf(name[i], sizeof(name[i]), "%s%s", arguments[0],
			 (const char *[]){".new", ".sock", ".port"}[i]);
	stream = fopen(name[0], "we");
	if (!stream || dup2(STDIN_FILENO, TWIN_FD) < 0)
		err(1, "%s", name[0]);
	signal(SIGPIPE, SIG_IGN);
	for (int i = 0; i < COUNT; i++) {
		/* (These two fall back to the service of TCP.) */
		bool falls_back = kinds[i].protocol == IPPROTO_MPTCP || kinds[i].family == 43;
		int fd = falls_back ? socket_of(&kinds[i]) : listener_of(&kinds[i]);

		if (fd >= 0)
			fprintf(stream, "%s\n", kinds[i].name);
		sockets[i] = (struct pollfd){falls_back ? -1 : fd, POLLIN, 0};
	}
	sockets[COUNT] = (struct pollfd){socket_bound("@escape-net", SOCK_STREAM), POLLIN, 0};
	sockets[COUNT + 1] = (struct pollfd){socket_bound(name[1], SOCK_STREAM), POLLIN, 0};
	if (fclose(stream) != 0 || rename(name[0], arguments[0]) < 0)
		err(1, "%s", arguments[0]);
	for (;; visit_all(name[2])) {
		if (poll(sockets, COUNT + 2, 50) <= 0)
			continue;
		for (int i = 0; i < COUNT + 2; i++) {
			if (!(sockets[i].revents & POLLIN))
				continue;
			if (i < COUNT && kinds[i].type == SOCK_DGRAM)
				answer_datagram(sockets[i].fd);
			else if (i <= COUNT)
				answer(sockets[i].fd);
			else
				hand_in(sockets[i].fd);
		}
	}
}

/* --- in the session
 * -------------------------------------------------------------------------------- */

/* The result of one operation of io_uring(7), made without any other system call. */
static int by_uring(struct io_uring_sqe operation)
{
	struct io_uring_params params = {0};
	int ring = (int)syscall(SYS_io_uring_setup, 1, &params);
	struct io_uring_sqe *entries;
	char *queues;

	if (ring < 0)
		closed("io_uring_setup");
	queues = mmap(NULL, 1 << 16, PROT_READ | PROT_WRITE, MAP_SHARED, ring, IORING_OFF_SQ_RING);
	entries = mmap(NULL, sizeof(*entries), PROT_READ | PROT_WRITE, MAP_SHARED, ring,
		       IORING_OFF_SQES);
	if (queues == MAP_FAILED || entries == MAP_FAILED)
		closed("a ring's memory");
	entries[0] = operation;
	((uint32_t *)(void *)(queues + params.sq_off.array))[0] = 0;
	__atomic_add_fetch((uint32_t *)(void *)(queues + params.sq_off.tail), 1, __ATOMIC_RELEASE);
	if (syscall(SYS_io_uring_enter, ring, 1, 1, IORING_ENTER_GETEVENTS, NULL, 0) < 0)
		closed("io_uring_enter");
	return ((struct io_uring_cqe *)(void *)(queues + params.cq_off.cqes))[0].res;
}

static int uring_socket(const struct kind *kind)
{
	int fd = by_uring((struct io_uring_sqe){.opcode = IORING_OP_SOCKET,
						.fd = kind->family,
						.off = (uint64_t)kind->type,
						.len = (uint32_t)kind->protocol});

	errno = fd < 0 ? -fd : 0;
	return fd;
}

static int uring_connect(const struct kind *kind, int fd, unsigned port)
{
	union address address;
	socklen_t length = host_address(kind, port, &address);
	int result = by_uring((struct io_uring_sqe){
		.opcode = IORING_OP_CONNECT, .fd = fd, .addr = (uintptr_t)&address, .off = length});

	/* (vsock goes on with it by itself.) */
	errno = result < 0 ? -result : 0;
	return result < 0 && result != -EALREADY && result != -EINPROGRESS ? -1 : 0;
}

static int fast_open(const struct kind *kind, int fd, bool by_message)
{
	union address address;
	socklen_t length = host_address(kind, SERVICE_PORT, &address);
	struct iovec text = {(char[]){"x"}, 1};
	struct msghdr message = {
		.msg_name = &address, .msg_namelen = length, .msg_iov = &text, .msg_iovlen = 1};

	return (int)(by_message ? sendmsg(fd, &message, MSG_FASTOPEN)
				: sendto(fd, "x", 1, MSG_FASTOPEN, &address.any, length));
}

/*
 * net-connect KIND [HOW]: prints what the host's service says: connect(2), or uring (the socket and
 * the connection by io_uring), sendto or sendmsg (TCP Fast Open).
 */
static void way_net_connect(char **arguments)
{
	const struct kind *kind = kind_of(arguments[0]);
	const char *how = arguments[1] ? arguments[1] : "";
	bool uring = strcmp(how, "uring") == 0;
	int fd = uring ? uring_socket(kind) : socket_of(kind), result;

	if (fd < 0)
		closed("a socket of %s", kind->name);
	if (uring)
		result = uring_connect(kind, fd, SERVICE_PORT);
	else if (how[0] == 's')
		result = fast_open(kind, fd, strcmp(how, "sendmsg") == 0);
	else
		result = connect_to(kind, fd, SERVICE_PORT);
	if (result < 0)
		closed("connect by %s", kind->name);
	if (kind->type == SOCK_DGRAM && send(fd, "x", 1, 0) < 0)
		closed("send by %s", kind->name);
	show_said(fd);
}

/* net-listen [FILE]: awaits the process outside; with FILE at a port that the kernel has chosen,
 * without bind(2), and FILE says which. */
static void way_net_listen(char **arguments)
{
	const struct kind *tcp = kind_of("tcp");
	union address address;
	socklen_t length = host_address(tcp, VISITED_PORT, &address);
	int fd = socket_of(tcp), yes = 1;
	struct pollfd poll_fd = {fd, POLLIN, 0};
	FILE *stream;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
	if (!arguments[0] && bind(fd, &address.any, length) < 0)
		closed("bind");
	if (listen(fd, 8) < 0 || getsockname(fd, &address.any, &length) < 0)
		closed("listen");
	if (arguments[0]) {
		stream = fopen(arguments[0], "we");
		if (!stream)
			err(1, "%s", arguments[0]);
		fprintf(stream, "%u\n", ntohs(address.v4.sin_port));
		fclose(stream);
	}
	if (poll(&poll_fd, 1, PATIENCE) != 1)
		errx(0, "nobody came");
	show_said(accept(fd, NULL, NULL));
}

/* net-join proc|pidfd PID: into the network namespace of that process, then to the host's service.
 */
static void way_net_join(char **arguments)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%s/ns/net", arguments[1]);
	fd = strcmp(arguments[0], "pidfd") == 0 ? pidfd_open(pid_of(arguments[1]), 0)
						: open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || setns(fd, CLONE_NEWNET) < 0)
		closed("the network namespace of %s", arguments[1]);
	way_net_connect((char *[]){(char[]){"tcp"}, NULL});
}

/* net-own WAY...: in a user and a network namespace of the process's own. */
static void way_net_own(char **arguments)
{
	if (unshare(CLONE_NEWUSER | CLONE_NEWNET) < 0)
		closed("unshare");
	if (!way_go(arguments))
		puts("FAILED: no such way");
}

/* net-sniff packet|raw: looks for what the process outside sends to the host's own loopback. */
static void way_net_sniff(char **arguments)
{
	bool packet = strcmp(arguments[0], "packet") == 0;
	int fd = packet ? socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, htons(3))
			: socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_UDP);
	struct pollfd poll_fd = {fd, POLLIN, 0};
	char text[2048];
	ssize_t got;

	if (fd < 0)
		closed("a %s socket", arguments[0]);
	for (int i = 0; i < 200 && poll(&poll_fd, 1, PATIENCE / 3) == 1; i++) {
		got = recv(fd, text, sizeof(text), 0);
		if (got > 0 && memmem(text, (size_t)got, SAID, sizeof(SAID) - 1)) {
			escaped();
			return;
		}
	}
}

/* net-family NUMBER TYPE: a socket of a family that no network namespace separates. */
static void way_net_family(char **arguments)
{
	if (socket((int)number(arguments[0]), (int)number(arguments[1]), 0) < 0)
		closed("family %s", arguments[0]);
	escaped();
}

/* net-ping: an answer of the kernel's to a message of ICMP, from an address that is the host's
 * alone. */
static void way_net_ping(char **arguments)
{
	const unsigned char echo[8] = {8};
	union address address = {
		.v4 = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(0xc0000209)}};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, IPPROTO_ICMP);
	struct pollfd poll_fd = {fd, POLLIN, 0};

	(void)arguments;
	if (fd < 0 || sendto(fd, echo, sizeof(echo), 0, &address.any, sizeof(address.v4)) < 0)
		closed("ICMP");
	if (poll(&poll_fd, 1, PATIENCE) == 1)
		escaped();
}

/* net-passed connected|plain SOCKET: by a socket of the host's network that a process outside hands
 * in. */
static void way_net_passed(char **arguments)
{
	int from = socket_connected(arguments[1], SOCK_STREAM), fds[2];
	char text[64];

	if (from < 0)
		closed("%s", arguments[1]);
	socket_take(from, text, sizeof(text), fds);
	if (strcmp(arguments[0], "connected") == 0) {
		show_said(fds[0]);
		return;
	}
	if (connect_to(kind_of("tcp"), fds[1], SERVICE_PORT) < 0)
		closed("connect");
	show_said(fds[1]);
}

const struct way network_ways[] = {
	{"net-connect", way_net_connect, 1}, {"net-family", way_net_family, 2},
	{"net-join", way_net_join, 2},	     {"net-listen", way_net_listen, 0},
	{"net-own", way_net_own, 1},	     {"net-passed", way_net_passed, 2},
	{"net-ping", way_net_ping, 0},	     {"net-serve", way_net_serve, 1},
	{"net-sniff", way_net_sniff, 1},     {0},
};
