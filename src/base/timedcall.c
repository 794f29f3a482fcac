/* SPDX-License-Identifier: BSD-3-Clause */
#include "timedcall.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "child.h"
#include "cleanup.h"

#define DATA_MAX 8192

union descriptor_message {
	struct cmsghdr header;
	char bytes[CMSG_SPACE(sizeof(int))];
};

#define KEPT_MAX 3

static int kept_from(const int *kept, int first)
{
	int next = -1;

	for (size_t i = 0; i < KEPT_MAX; i++)
		if (kept[i] >= first && (next < 0 || kept[i] < next))
			next = kept[i];
	return next;
}

/* In the child: all descriptors but those in KEPT, where -1 stands for none, are closed. */
static void close_others(const int kept[KEPT_MAX])
{
	int first = 0, next;

	while ((next = kept_from(kept, first)) >= 0) {
		if (next > first)
			syscall(SYS_close_range, first, next - 1, 0);
		first = next + 1;
	}
	syscall(SYS_close_range, first, UINT_MAX, 0);
}

/* In the child: sends RESULT and DATA, with the descriptor OPENED if that is one. */
static void send_answer(int answer, int result, void *data, size_t size, int opened)
{
	struct iovec parts[] = {{&result, sizeof(result)}, {data, size}};
	union descriptor_message control = {0};
	struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};

	if (opened >= 0) {
		message.msg_control = &control;
		message.msg_controllen = sizeof(control);
		control.header = (struct cmsghdr){.cmsg_len = CMSG_LEN(sizeof(int)),
						  .cmsg_level = SOL_SOCKET,
						  .cmsg_type = SCM_RIGHTS};
		memcpy(CMSG_DATA(&control.header), &opened, sizeof(opened));
	}
	sendmsg(answer, &message, MSG_NOSIGNAL);
}

/* A call and what it needs. */
struct call {
	timed_function *function;
	int fd;
	int second; /* stays open, too; -1 for none */
	void *data;
	size_t size;
	bool opens; /* the result is a descriptor */
	int answer; /* the socket for the answer */
};

static int run_in_child(void *data)
{
	const struct call *call = data;
	int result;

	close_others((const int[KEPT_MAX]){call->fd, call->second, call->answer});
	result = call->function(call->fd, call->data);
	if (call->opens && result >= 0)
		send_answer(call->answer, 0, call->data, call->size, result);
	else
		send_answer(call->answer, result, call->data, call->size, -1);
	return 0;
}

/* The descriptor in MESSAGE, or -1. */
static int received_descriptor(struct msghdr *message)
{
	const struct cmsghdr *header = CMSG_FIRSTHDR(message);
	int fd = -1;

	if (header && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS &&
	    header->cmsg_len == CMSG_LEN(sizeof(int)))
		memcpy(&fd, CMSG_DATA(header), sizeof(fd));
	return fd;
}

/* The child's answer, or -EIO if it ended without one. */
static int receive_answer(int answer, void *data, size_t size, int *opened)
{
	int result = 0;
	struct iovec parts[] = {{&result, sizeof(result)}, {data, size}};
	union descriptor_message control = {0};
	struct msghdr message = {.msg_iov = parts,
				 .msg_iovlen = 2,
				 .msg_control = &control,
				 .msg_controllen = sizeof(control)};
	ssize_t length;
	int fd;

	do
		length = recvmsg(answer, &message, MSG_CMSG_CLOEXEC);
	while (length < 0 && errno == EINTR);
	if (length != (ssize_t)(sizeof(result) + size))
		return -EIO;
	fd = received_descriptor(&message);
	if (!opened || result < 0) {
		cleanup_fd(&fd);
		return result;
	}
	*opened = fd;
	return fd < 0 ? -EMFILE : 0;
}

/* Makes CALL, whose answer's descriptor is *OPENED where it opens one. */
static int run_call(struct call *call, int *opened)
{
	int ends[2], result;

	if (call->size > DATA_MAX)
		return -EMSGSIZE;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) < 0)
		return -errno;
	call->answer = ends[1];
	result = child_call(run_in_child, call, false, TIMED_CALL_SECONDS);
	close(ends[1]);
	if (result == 0)
		result = receive_answer(ends[0], call->data, call->size, opened);
	close(ends[0]);
	return result;
}

int timed_call(timed_function *function, int fd, void *data, size_t size, int *opened)
{
	struct call call = {.function = function,
			    .fd = fd,
			    .second = -1,
			    .data = data,
			    .size = size,
			    .opens = opened != NULL};

	return run_call(&call, opened);
}

int timed_call_if(bool served, timed_function *function, int fd, void *data, size_t size,
		  int *opened)
{
	int result;

	if (served)
		return timed_call(function, fd, data, size, opened);
	result = function(fd, data);
	if (!opened || result < 0)
		return result;
	*opened = result;
	return 0;
}

int timed_call_of_two(timed_function *function, int fd, int second)
{
	struct call call = {.function = function,
			    .fd = fd,
			    .second = second,
			    .data = &second,
			    .size = sizeof(second)};

	return run_call(&call, NULL);
}
