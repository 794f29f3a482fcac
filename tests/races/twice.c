/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The control of races.test: linked into the module with -Wl,--wrap, it makes of the module one
 * that resolves twice, as pam_namespace did before CVE-2025-6020. A name is checked with the
 * module's own code, and then what it checked is looked up by its name once more, and that is used.
 */
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "path.h"

int __real_path_open_known(struct pathcache *cache, const char *name, struct path *found,
			   struct error *error);
int __wrap_path_open_known(struct pathcache *cache, const char *name, struct path *found,
			   struct error *error);
long __real_syscall(long number, ...);
long __wrap_syscall(long number, ...);

/* As long as a look-up on a rotating disk takes: the window of a machine with cold directories. */
static void wait_for_disk(void)
{
	nanosleep(&(struct timespec){0, 4000 * 1000}, NULL);
}

/* A source: the whole path again. */
int __wrap_path_open_known(struct pathcache *cache, const char *name, struct path *found,
			   struct error *error)
{
	int result = __real_path_open_known(cache, name, found, error);
	int again;

	if (result < 0)
		return result;
	wait_for_disk();
	again = open(name, O_PATH | O_CLOEXEC);
	if (again < 0)
		return result;
	close(found->fd);
	found->fd = again;
	fstat(again, &found->stat);
	return result;
}

/* A component of a target, or what X-mount.subdir selects. */
static long look_up_twice(long directory, const char *name, const struct open_how *how, long size)
{
	long fd = __real_syscall(SYS_openat2, directory, name, how, size);
	struct stat stat;
	int again;

	if (fd < 0 || !(how->resolve & RESOLVE_NO_SYMLINKS) || fstat((int)fd, &stat) < 0)
		return fd;
	wait_for_disk();
	again = openat((int)directory, name, O_PATH | O_CLOEXEC);
	if (again < 0)
		return fd;
	close((int)fd);
	return again;
}

long __wrap_syscall(long number, ...)
{
	long arguments[6];
	va_list list;

	va_start(list, number);
	for (int i = 0; i < 6; i++)
		arguments[i] = va_arg(list, long);
	va_end(list);
	if (number == SYS_openat2)
		return look_up_twice(arguments[0], (const char *)arguments[1],
				     (const struct open_how *)arguments[2], arguments[3]);
	return __real_syscall(number, arguments[0], arguments[1], arguments[2], arguments[3],
			      arguments[4], arguments[5]);
}
