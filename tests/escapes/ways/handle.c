/* SPDX-License-Identifier: BSD-3-Clause */
/* Files, namespaces and processes by their handles, or from one namespace to the next. */
#include "handle.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/pidfd.h>
#include <unistd.h>

#include "kernel.h"
#include "ways.h"

/* linux/nsfs.h */
#ifndef NS_GET_USERNS
#define NS_GET_USERNS _IO(0xb7, 1)
#endif
#ifndef NS_MNT_GET_NEXT
#define NS_MNT_GET_NEXT _IOR(0xb7, 11, struct mnt_ns_info)
#define NS_MNT_GET_PREV _IOR(0xb7, 12, struct mnt_ns_info)
#endif
#ifndef FD_PIDFS_ROOT
#define FD_PIDFS_ROOT (-10002)
#endif

struct handle {
	struct file_handle head;
	unsigned char bytes[128];
};

void handle_print(FILE *stream, int directory, const char *path, int flags)
{
	struct handle handle = {.head.handle_bytes = sizeof(handle.bytes)};
	int ignored;

	if (name_to_handle_at(directory, path, &handle.head, &ignored, flags) < 0) {
		fputs("-", stream);
		return;
	}
	fprintf(stream, "%d:", handle.head.handle_type);
	for (unsigned i = 0; i < handle.head.handle_bytes; i++)
		fprintf(stream, "%02x", handle.bytes[i]);
}

static void read_handle(const char *text, struct handle *handle)
{
	const char *hex = strchr(text, ':');
	unsigned n = 0;

	if (!hex)
		errx(0, "there is no such handle");
	handle->head.handle_type = atoi(text);
	for (hex++; n < sizeof(handle->bytes) && sscanf(hex, "%2hhx", &handle->bytes[n]) == 1;
	     hex += 2)
		n++;
	handle->head.handle_bytes = n;
}

/* handle PATH: prints it. */
static void way_handle(char **arguments)
{
	int fd = open(arguments[0], O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		err(1, "%s", arguments[0]);
	handle_print(stdout, fd, "", AT_EMPTY_PATH);
	puts("");
}

/* open-handle HANDLE PATH...: a file of the host, by any descriptor of the same filesystem. */
static void way_open_handle(char **arguments)
{
	struct handle handle;

	read_handle(*arguments, &handle);
	while (*++arguments) {
		int mount = open(*arguments, O_RDONLY | O_CLOEXEC);
		int fd = open_by_handle_at(mount, &handle.head, O_RDONLY | O_CLOEXEC);
		char text[64] = "";

		if (fd < 0)
			warn("open_by_handle_at by %s", *arguments);
		else if (read(fd, text, sizeof(text) - 1) > 0)
			show_found(text, sizeof(text));
	}
}

static int open_namespace(const char *text)
{
	struct handle handle;
	int fd;

	read_handle(text, &handle);
	fd = open_by_handle_at(FD_NSFS_ROOT, &handle.head, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		closed("open_by_handle_at of a namespace");
	return fd;
}

/* join MOUNT-HANDLE [USER-HANDLE [0]]: enters namespaces by their handles; 0 tells setns() no type.
 */
static void way_join(char **arguments)
{
	int user = arguments[1] ? open_namespace(arguments[1]) : -1;
	int mount = open_namespace(arguments[0]);
	bool untyped = arguments[1] && arguments[2];

	if (user >= 0 && setns(user, untyped ? 0 : CLONE_NEWUSER) < 0)
		closed("setns to the user namespace");
	if (setns(mount, untyped ? 0 : CLONE_NEWNS) < 0)
		closed("setns to the mount namespace");
	show_or_close(AT_FDCWD, SECRET);
}

/* Enters the mount namespace FD, with its user namespace where that is not the process's own. */
static bool entered(int fd)
{
	int user = ioctl(fd, NS_GET_USERNS);

	if (setns(fd, CLONE_NEWNS) == 0)
		return true;
	return user >= 0 && setns(user, CLONE_NEWUSER) == 0 && setns(fd, CLONE_NEWNS) == 0;
}

/*
 * The mount namespace that this process is in. Not by /proc, which not every tree has: a pidfd
 * tells it, since Linux 6.11.
 */
static int own_namespace(void)
{
	return ioctl(pidfd_open(getpid(), 0), PIDFD_GET_MNT_NAMESPACE, 0);
}

/* From the session's own mount namespace to the next or the one before, by ioctl_nsfs(2). */
static void way_neighbours(char **arguments)
{
	static const unsigned long steps[] = {NS_MNT_GET_NEXT, NS_MNT_GET_PREV};
	struct mnt_ns_info info = {.size = sizeof(info)};
	int fd;

	(void)arguments;
	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++) {
		fd = own_namespace();
		while ((fd = ioctl(fd, steps[i], &info)) >= 0)
			if (entered(fd) && show(AT_FDCWD, SECRET) == 0)
				return;
		warn("NS_MNT_GET_NEXT");
	}
}

/* The namespaces of a process by its pidfd, without /proc. */
static void way_namespace(char **arguments)
{
	int pidfd = pidfd_open(pid_of(arguments[0]), 0), fd;

	if (pidfd < 0)
		closed("pidfd_open");
	fd = ioctl(pidfd, PIDFD_GET_MNT_NAMESPACE, 0);
	if (fd < 0)
		closed("PIDFD_GET_MNT_NAMESPACE");
	if (!entered(fd))
		closed("setns");
	show_or_close(AT_FDCWD, SECRET);
}

/* A pidfd of the twin by its handle, and the twin's descriptor by that. */
static void way_pidfs(char **arguments)
{
	struct handle handle;
	int pidfd, fd;

	read_handle(arguments[0], &handle);
	pidfd = open_by_handle_at(FD_PIDFS_ROOT, &handle.head, O_CLOEXEC);
	if (pidfd < 0)
		closed("open_by_handle_at of a process");
	fd = pidfd_getfd(pidfd, TWIN_FD, 0);
	if (fd < 0)
		closed("pidfd_getfd");
	show_or_close(fd, "secret");
}

/* The mounts of a namespace that is named by its id (listmount(2), since Linux 6.11 for others). */
static void way_listmount(char **arguments)
{
	struct mount_request request = {.size = sizeof(request),
					.mount = LISTMOUNT_ROOT,
					.namespace = number(arguments[0])};
	uint64_t ids[16];

	if (sys_listmount(&request, ids, 16) <= 0)
		closed("listmount of namespace %s", arguments[0]);
	escaped();
}

/* Prints the id of the mount namespace PATH. */
static void way_namespace_id(char **arguments)
{
	int fd = open(arguments[0], O_RDONLY | O_CLOEXEC);
	struct mnt_ns_info info = {.size = sizeof(info)};

	if (fd < 0 || ioctl(fd, NS_MNT_GET_INFO, &info) < 0)
		err(1, "%s", arguments[0]);
	printf("%" PRIu64 "\n", info.mnt_ns_id);
}

const struct way handle_ways[] = {
	{"handle", way_handle, 1},
	{"join", way_join, 1},
	{"listmount", way_listmount, 1},
	{"namespace", way_namespace, 1},
	{"namespace-id", way_namespace_id, 1},
	{"neighbours", way_neighbours, 0},
	{"open-handle", way_open_handle, 2},
	{"pidfs", way_pidfs, 1},
	{0},
};
