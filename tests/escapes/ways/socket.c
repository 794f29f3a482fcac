/* SPDX-License-Identifier: BSD-3-Clause */
/* Sockets of processes outside. */
#include "socket.h"

#include <fcntl.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "ways.h"

static socklen_t address_of(const char *name, struct sockaddr_un *address)
{
	*address = (struct sockaddr_un){.sun_family = AF_UNIX};
	if (strlen(name) >= sizeof(address->sun_path))
		errx(1, "%s is too long", name);
	memcpy(address->sun_path, name, strlen(name));
	if (name[0] == '@')
		address->sun_path[0] = '\0';
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(name) +
			   (name[0] != '@'));
}

int socket_bound(const char *name, int type)
{
	struct sockaddr_un address;
	socklen_t length = address_of(name, &address);
	int fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);

	if (name[0] != '@')
		unlink(name);
	if (fd < 0 || bind(fd, (struct sockaddr *)&address, length) < 0 ||
	    (type == SOCK_STREAM && listen(fd, 8) < 0))
		closed("%s", name);
	return fd;
}

int socket_connected(const char *name, int type)
{
	struct sockaddr_un address;
	socklen_t length = address_of(name, &address);
	int fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);

	if (fd >= 0 && connect(fd, (struct sockaddr *)&address, length) == 0)
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

static int connected_or_closed(const char *name)
{
	int fd = socket_connected(name, SOCK_STREAM);

	if (fd < 0)
		closed("connect to %s", name);
	return fd;
}

union control {
	char bytes[CMSG_SPACE(2 * sizeof(int))];
	struct cmsghdr header;
};

void socket_hand_over(int socket, const char *secret, int pidfd)
{
	int fds[2] = {TWIN_FD, pidfd};
	union control control = {.header = {.cmsg_level = SOL_SOCKET,
					    .cmsg_type = SCM_RIGHTS,
					    .cmsg_len = CMSG_LEN(sizeof(fds))}};
	struct iovec text = {(void *)secret, strlen(secret)};
	struct msghdr message = {.msg_iov = &text,
				 .msg_iovlen = 1,
				 .msg_control = control.bytes,
				 .msg_controllen = sizeof(control.bytes)};

	memcpy(CMSG_DATA(&control.header), fds, sizeof(fds));
	sendmsg(socket, &message, MSG_NOSIGNAL);
}

void socket_take(int socket, char *text, size_t size, int fds[2])
{
	union control control = {0};
	struct iovec buffer = {text, size - 1};
	struct msghdr message = {.msg_iov = &buffer,
				 .msg_iovlen = 1,
				 .msg_control = control.bytes,
				 .msg_controllen = sizeof(control.bytes)};
	struct cmsghdr *header;

	memset(text, 0, size);
	if (recvmsg(socket, &message, 0) <= 0)
		closed("recvmsg");
	header = CMSG_FIRSTHDR(&message);
	fds[0] = fds[1] = -1;
	if (header && header->cmsg_type == SCM_RIGHTS)
		memcpy(fds, CMSG_DATA(header), 2 * sizeof(int));
}

/* Prints what is said at socket NAME, as text. */
static void way_connect(char **arguments)
{
	char text[64];
	int fds[2];

	socket_take(connected_or_closed(arguments[0]), text, sizeof(text), fds);
	show_found(text, sizeof(text));
}

static void show_secret_of(int directory)
{
	if (fchdir(directory) < 0)
		closed("fchdir to what was handed in");
	show_or_close(AT_FDCWD, "secret");
}

static void way_take_directory(char **arguments)
{
	char text[64];
	int fds[2];

	socket_take(connected_or_closed(arguments[0]), text, sizeof(text), fds);
	show_secret_of(fds[0]);
}

/* The other way round: the session listens, and the process outside comes, within three of its
 * rounds. */
static void way_await_directory(char **arguments)
{
	int listener = socket_bound(arguments[0], SOCK_STREAM), fds[2];
	struct pollfd poll_listener = {listener, POLLIN, 0};
	char text[64];

	chmod(arguments[0], 0666);
	if (poll(&poll_listener, 1, 3000) != 1)
		errx(0, "nobody came to %s", arguments[0]);
	socket_take(accept(listener, NULL, NULL), text, sizeof(text), fds);
	unlink(arguments[0]);
	show_secret_of(fds[0]);
}

static void way_take_pidfd(char **arguments)
{
	char text[64];
	int fds[2];

	socket_take(connected_or_closed(arguments[0]), text, sizeof(text), fds);
	if (pidfd_send_signal(fds[1], SIGUSR1, NULL, 0) < 0)
		closed("pidfd_send_signal");
	escaped();
}

static void way_send(char **arguments)
{
	struct sockaddr_un address;
	socklen_t length = address_of(arguments[0], &address);
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (sendto(fd, "x", 1, 0, (struct sockaddr *)&address, length) < 0)
		closed("sendto %s", arguments[0]);
}

/* A D-Bus server at socket PATH that takes the user for who it is, and would go on to calls. */
static void way_dbus(char **arguments)
{
	int fd = connected_or_closed(arguments[0]);
	char text[64] = "", line[64], uid[16], *end = line;

	snprintf(uid, sizeof(uid), "%u", (unsigned)geteuid());
	end += sprintf(end, "%cAUTH EXTERNAL ", 0);
	for (const char *digit = uid; *digit; digit++)
		end += sprintf(end, "%02x", (unsigned)*digit);
	end += sprintf(end, "\r\n");
	if (write(fd, line, (size_t)(end - line)) < 0 || read(fd, text, sizeof(text) - 1) < 0)
		closed("AUTH at %s", arguments[0]);
	if (strncmp(text, "OK ", 3) == 0)
		escaped();
}

/* Prints the name in ATTRIBUTES, if it is one that a process outside has. */
static void print_name(const struct nlattr *attribute, size_t length)
{
	while (length >= sizeof(*attribute) && attribute->nla_len >= sizeof(*attribute)) {
		size_t step = NLA_ALIGN(attribute->nla_len);

		if (attribute->nla_type == UNIX_DIAG_NAME &&
		    memmem(attribute, attribute->nla_len, "escape-message", 14)) {
			escaped();
			exit(0);
		}
		if (step >= length)
			return;
		length -= step;
		attribute = (const void *)((const char *)attribute + step);
	}
}

/* All sockets of the network namespace, with the names of the abstract ones and of those in the
 * file system. */
static void way_socket_list(char **arguments)
{
	struct {
		struct nlmsghdr header;
		struct unix_diag_req request;
	} ask = {.header = {.nlmsg_len = sizeof(ask),
			    .nlmsg_type = SOCK_DIAG_BY_FAMILY,
			    .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP},
		 .request = {.sdiag_family = AF_UNIX,
			     .udiag_states = UINT32_MAX,
			     .udiag_show = UDIAG_SHOW_NAME}};
	int fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
	static char answer[1 << 16] __attribute__((aligned(8)));
	ssize_t got;

	(void)arguments;
	if (fd < 0 || send(fd, &ask, sizeof(ask), 0) < 0)
		closed("NETLINK_SOCK_DIAG");
	while ((got = recv(fd, answer, sizeof(answer), 0)) > 0) {
		const struct nlmsghdr *header = (const void *)answer;

		for (size_t left = (size_t)got; NLMSG_OK(header, left);
		     header = NLMSG_NEXT(header, left)) {
			if (header->nlmsg_type != SOCK_DIAG_BY_FAMILY)
				closed("the list's end");
			print_name((const void *)((const char *)NLMSG_DATA(header) +
						  NLMSG_ALIGN(sizeof(struct unix_diag_msg))),
				   header->nlmsg_len - NLMSG_LENGTH(sizeof(struct unix_diag_msg)));
		}
	}
}

const struct way socket_ways[] = {
	{"await-directory", way_await_directory, 1},
	{"connect", way_connect, 1},
	{"dbus", way_dbus, 1},
	{"send", way_send, 1},
	{"socket-list", way_socket_list, 0},
	{"take-directory", way_take_directory, 1},
	{"take-pidfd", way_take_pidfd, 1},
	{0},
};
