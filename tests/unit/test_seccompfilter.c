/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Which sockets can be made under a filter: every family, type and protocol is tried. And what the
 * filters need when memory has run out.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "seccompfilter.h"

#define FAMILIES 50
#define TYPES 7

/* The kernel drops this half of an argument. It is 0 where long has 32 bits. */
#define HIGH ((long)(1ULL << 32))

/* Each one that an internet family has, and some that it has not. */
static const int protocols[] = {0, 1, 2, 6, 16, 17, 41, 58, 132, 136, 255, 256, 262};

static bool is_internet(long family)
{
	return family == AF_INET || family == AF_INET6;
}

/* What the rules are to let through, whether or not this kernel has it. */
static bool is_allowed(enum seccomp_sockets sockets, long family, int type, int protocol)
{
	if (sockets == SECCOMP_SOCKETS_SEPARATE)
		return family == AF_UNIX || is_internet(family) || family == AF_NETLINK ||
		       family == AF_PACKET;
	if (family == AF_NETLINK)
		return protocol == 0;
	if (is_internet(family) && type == SOCK_STREAM)
		return protocol == 0 || protocol == IPPROTO_TCP;
	if (is_internet(family) && type == SOCK_DGRAM)
		return sockets == SECCOMP_SOCKETS_TCP_UDP &&
		       (protocol == 0 || protocol == IPPROTO_UDP);
	return family == AF_UNIX;
}

/* In the child, under the filter: the number of sockets that the rules got wrong. */
static int count_wrong(enum seccomp_sockets sockets)
{
	int wrong = 0;

	for (long family = 0; family < FAMILIES; family++)
		for (int type = 0; type < TYPES; type++)
			for (size_t i = 0; i < sizeof(protocols) / sizeof(*protocols); i++) {
				int protocol = protocols[i];
				long fd = syscall(SYS_socket, family, (long)type | SOCK_CLOEXEC,
						  (long)protocol);
				bool refused = fd < 0 && errno == EAFNOSUPPORT;

				if (fd >= 0)
					close((int)fd);
				/* A family that the kernel lacks is refused in the same word. */
				wrong += is_allowed(sockets, family, type, protocol)
						 ? refused && family != AF_PACKET
						 : !refused;
			}
	return wrong;
}

/* A register's upper half hides nothing. */
static int count_high(enum seccomp_sockets sockets)
{
	static const int refused[] = {AF_VSOCK, AF_ALG, AF_BLUETOOTH};
	int wrong = 0;

	for (size_t i = 0; i < sizeof(refused) / sizeof(*refused); i++)
		wrong += syscall(SYS_socket, HIGH | refused[i], (long)SOCK_STREAM, 0L) >= 0 ||
			 errno != EAFNOSUPPORT;
	if (sockets != SECCOMP_SOCKETS_SEPARATE)
		wrong += syscall(SYS_socket, (long)AF_INET, (long)SOCK_STREAM,
				 HIGH | IPPROTO_MPTCP) >= 0 ||
			 errno != EAFNOSUPPORT;
	return wrong;
}

static int count_fast_open(void)
{
	const struct sockaddr_in server = {.sin_family = AF_INET,
					   .sin_port = htons(9),
					   .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct msghdr message = {.msg_name = (void *)(uintptr_t)&server,
				 .msg_namelen = sizeof(server)};
	struct mmsghdr messages = {.msg_hdr = message};
	int fd = socket(AF_INET, SOCK_STREAM, 0), wrong = 0;

	/* (i386's C library has socketcall(2) for some of these, which is refused.) */
	wrong += syscall(SYS_sendto, fd, "", 0L, MSG_FASTOPEN, &server, sizeof(server)) >= 0 ||
		 errno != EOPNOTSUPP;
	wrong += syscall(SYS_sendmsg, fd, &message, MSG_FASTOPEN) >= 0 || errno != EOPNOTSUPP;
	wrong += syscall(SYS_sendmmsg, fd, &messages, 1, MSG_FASTOPEN) >= 0 || errno != EOPNOTSUPP;
	/* (Without the flag the kernel says that it is not connected.) */
	wrong += syscall(SYS_sendto, fd, "", 0L, MSG_NOSIGNAL, NULL, 0) >= 0 || errno == EOPNOTSUPP;
	return wrong;
}

static int load(bool userns, enum seccomp_sockets sockets)
{
	const struct seccomp_filter *filter = NULL;
	struct error error = {0};
	int result = seccomp_filter_prepare(userns, sockets, &filter, &error);

	return result < 0 ? result : seccomp_filter_enter(filter, &error);
}

/* In a child. */
static int count_faults(bool userns, enum seccomp_sockets sockets)
{
	int wrong, pair[2];

	if (load(userns, sockets) < 0)
		return 200;
	wrong = count_wrong(sockets) + count_high(sockets);
	wrong += sockets == SECCOMP_SOCKETS_SEPARATE ? 0 : count_fast_open();
	wrong += syscall(SYS_socketpair, AF_UNIX, SOCK_STREAM, 0, pair) < 0;
	wrong += syscall(SYS_io_uring_setup, 1, NULL) != -1 || errno != ENOSYS;
	wrong += (syscall(SYS_clone3, NULL, 0) < 0 && errno == ENOSYS) != userns;
	return wrong < 199 ? wrong : 199;
}

static void check(enum seccomp_sockets sockets)
{
	for (int userns = 0; userns < 2; userns++) {
		pid_t pid = fork();
		int status;

		assert_true(pid >= 0);
		if (pid == 0)
			_exit(count_faults(userns, sockets));
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_int_equal(status, 0);
	}
}

static void test_families(void **state)
{
	(void)state;
	check(SECCOMP_SOCKETS_SEPARATE);
}

static void test_ports(void **state)
{
	(void)state;
	check(SECCOMP_SOCKETS_TCP);
}

static void test_ports_and_udp(void **state)
{
	(void)state;
	check(SECCOMP_SOCKETS_TCP_UDP);
}

#ifndef __SANITIZE_ADDRESS__ /* whose allocator ends a process that has no memory left */

/* The limit is what an application may set; then every piece that malloc(3) has left is taken. */
static int load_without_memory(void)
{
	const struct rlimit none = {0};

	if (setrlimit(RLIMIT_AS, &none) < 0 || setrlimit(RLIMIT_DATA, &none) < 0)
		return 1;
	for (size_t size = 1 << 20; size; size /= 2)
		while (malloc(size))
			;
	if (load(true, SECCOMP_SOCKETS_TCP) < 0)
		return 2;
	return unshare(CLONE_NEWUSER) < 0 && errno == EPERM ? 0 : 3;
}

static void test_no_memory(void **state)
{
	pid_t pid = fork();
	int status;

	(void)state;
	assert_true(pid >= 0);
	if (pid == 0)
		_exit(load_without_memory());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_families),
		cmocka_unit_test(test_ports),
		cmocka_unit_test(test_ports_and_udp),
#ifndef __SANITIZE_ADDRESS__
		cmocka_unit_test(test_no_memory),
#endif
	};

	return cmocka_run_group_tests_name("seccompfilter", tests, NULL, NULL);
}
