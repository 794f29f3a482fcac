/* SPDX-License-Identifier: BSD-3-Clause */
#include "target.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/vfs.h>

#include "cleanup.h"
#include "path.h"
#include "timedcall.h"

/* A target has no symbolic links, and nothing leads out of the mount that it is in. */
#define RESOLVE_TARGET (RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS)

/* In a child process: on autofs nothing is looked up, as that would wait for a daemon. */
static int open_target_in_child(int directory, void *name)
{
	struct open_how how = {.flags = O_PATH | O_CLOEXEC, .resolve = RESOLVE_TARGET};
	struct statfs statfs;
	int fd;

	if (fstatfs(directory, &statfs) == 0 && statfs.f_type == AUTOFS_SUPER_MAGIC)
		return -ETIMEDOUT;
	fd = (int)syscall(SYS_openat2, directory, name, &how, sizeof(how));
	return fd < 0 ? -errno : fd;
}

/*
 * What the kernel knows without asking anyone is opened at once; else a child opens it, because a
 * server or automounter may not answer.
 */
static int open_target_component(int directory, const char *name)
{
	struct open_how how = {.flags = O_PATH | O_CLOEXEC,
			       .resolve = RESOLVE_TARGET | RESOLVE_CACHED};
	int fd = (int)syscall(SYS_openat2, directory, name, &how, sizeof(how));
	char copy[NAME_MAX + 1];
	int result;

	if (fd >= 0 || errno != EAGAIN)
		return fd < 0 ? -errno : fd;
	if ((size_t)snprintf(copy, sizeof(copy), "%s", name) >= sizeof(copy))
		return -ENAMETOOLONG;
	result = timed_call(open_target_in_child, directory, copy, sizeof(copy), &fd);
	if (result < 0)
		return result == -EAGAIN ? -ETIMEDOUT : result;
	return fd;
}

int target_open(int directory, const char *path)
{
	char copy[PATH_MAX], *rest = copy, *component;
	int fd = -1, next;

	if ((size_t)snprintf(copy, sizeof(copy), "%s", path) >= sizeof(copy))
		return -ENAMETOOLONG;
	while ((component = strsep(&rest, "/")) && *component) {
		next = open_target_component(fd < 0 ? directory : fd, component);
		cleanup_fd(&fd);
		fd = next;
		if (fd < 0)
			return fd;
	}
	if (fd < 0)
		fd = fcntl(directory, F_DUPFD_CLOEXEC, 3);
	return fd < 0 ? -errno : fd;
}

int target_open_own(int directory, const char *path)
{
	struct open_how how = {.flags = O_PATH | O_CLOEXEC, .resolve = RESOLVE_TARGET};
	int fd = *path ? (int)syscall(SYS_openat2, directory, path, &how, sizeof(how))
		       : fcntl(directory, F_DUPFD_CLOEXEC, 3);

	return fd < 0 ? -errno : fd;
}

int target_set_error(const struct row *row, int number, struct error *error)
{
	switch (number) {
	case ENOENT:
		return error_mark(
			error, CODE_MISSING_TARGET,
			error_set(error, number,
				  "the target '%s' does not exist in the tree; make it there, or "
				  "add X-mount.mkdir",
				  row->target));
	case ELOOP:
		return error_mark(
			error, CODE_TARGET_LINK,
			error_set(error, number,
				  "the target '%s' passes through a symbolic link; write the path "
				  "that it stands for",
				  row->target));
	case ETIMEDOUT:
		return error_mark(
			error, CODE_UNREACHABLE_PATH,
			error_set(
				error, number,
				"the target '%s' lies on an automounter that has not mounted it, "
				"or "
				"on a server that does not answer; give what is to be there a row "
				"of its own before this one",
				row->target));
	case EACCES:
		return error_mark(error, CODE_UNREACHABLE_PATH,
				  error_set(error, number,
					    "the target '%s': " PATH_REFUSES_ROOT
					    "; name a target that lies in another row",
					    row->target));
	case ENOTDIR:
		return error_mark(
			error, CODE_MISSING_TARGET,
			error_set(error, number,
				  "the target '%s' lies beneath what is not a directory; write "
				  "another target",
				  row->target));
	default:
		return error_mark(error, CODE_UNREACHABLE_PATH,
				  error_set(error, number, "the target '%s': %s", row->target,
					    strerror(number)));
	}
}
