/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Keeps what the module logs in `words`, WORDS_SIZE bytes of the program that includes this: these
 * stand before the C library's, for the module as well.
 */
#ifndef NSTREE_TEST_KEEPLOG_H
#define NSTREE_TEST_KEEPLOG_H

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <syslog.h>
#include <unistd.h>

#define TAKES_OVER __attribute__((visibility("default")))
TAKES_OVER void syslog(int priority, const char *format, ...);
TAKES_OVER void __syslog_chk(int priority, int flag, const char *format, ...);
TAKES_OVER ssize_t sendmsg(int fd, const struct msghdr *message, int flags);

void syslog(int priority, const char *format, ...)
{
	va_list arguments;

	(void)priority;
	va_start(arguments, format);
	vsnprintf(words, WORDS_SIZE, format, arguments);
	va_end(arguments);
}

void __syslog_chk(int priority, int flag, const char *format, ...)
{
	va_list arguments;

	(void)priority;
	(void)flag;
	va_start(arguments, format);
	vsnprintf(words, WORDS_SIZE, format, arguments);
	va_end(arguments);
}

/* What goes to journald instead begins with the field MESSAGE and its length, which is less than 64
 * KiB. */
ssize_t sendmsg(int fd, const struct msghdr *message, int flags)
{
	const unsigned char *bytes = message->msg_iovlen > 0 ? message->msg_iov->iov_base : NULL;
	size_t size = message->msg_iovlen > 0 ? message->msg_iov->iov_len : 0;

	if (size < 16 || memcmp(bytes, "MESSAGE\n", 8) != 0)
		return syscall(SYS_sendmsg, fd, message, flags);
	snprintf(words, WORDS_SIZE, "%.*s", bytes[8] | bytes[9] << 8, (const char *)bytes + 16);
	return (ssize_t)size;
}

#endif
