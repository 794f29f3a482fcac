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

/* A target holds no symbolic link at all, and nothing leads out of the mount that it lies in. */
#define RESOLVE_TARGET (RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS)

/*
 * What the kernel knows without asking anyone is opened at once. On autofs that is all: a look-up
 * there would wait for a daemon, maybe for ever.
 */
static int open_component(int directory, const char *name)
{
	struct open_how how = {.flags = O_PATH | O_CLOEXEC,
			       .resolve = RESOLVE_TARGET | RESOLVE_CACHED};
	int fd = (int)syscall(SYS_openat2, directory, name, &how, sizeof(how));
	struct statfs statfs;

	if (fd >= 0 || errno != EAGAIN)
		return fd < 0 ? -errno : fd;
	if (fstatfs(directory, &statfs) == 0 && statfs.f_type == AUTOFS_SUPER_MAGIC)
		return -ETIMEDOUT;
	how.resolve = RESOLVE_TARGET;
	fd = (int)syscall(SYS_openat2, directory, name, &how, sizeof(how));
	if (fd < 0)
		return errno == EAGAIN ? -ETIMEDOUT : -errno;
	return fd;
}

int target_open(int directory, const char *path)
{
	char copy[PATH_MAX], *rest = copy, *component;
	int fd = -1, next;

	if ((size_t)snprintf(copy, sizeof(copy), "%s", path) >= sizeof(copy))
		return -ENAMETOOLONG;
	while ((component = strsep(&rest, "/")) && *component) {
		next = open_component(fd < 0 ? directory : fd, component);
		cleanup_fd(&fd);
		fd = next;
		if (fd < 0)
			return fd;
	}
	if (fd < 0)
		fd = fcntl(directory, F_DUPFD_CLOEXEC, 3);
	return fd < 0 ? -errno : fd;
}

int target_say(const struct row *row, int number, struct error *error)
{
	switch (number) {
	case ENOENT:
		return error_say(error, number,
				 "the target '%s' does not exist in the tree; make it there, or "
				 "add X-mount.mkdir",
				 row->target);
	case ELOOP:
		return error_say(error, number,
				 "the target '%s' passes through a symbolic link; write the path "
				 "that it stands for",
				 row->target);
	case ETIMEDOUT:
		return error_say(error, number,
				 "the target '%s' lies on an automounter that has not mounted it; "
				 "give what is to be there a row of its own before this one",
				 row->target);
	case EACCES:
		return error_say(error, number,
				 "the target '%s': " PATH_REFUSES_ROOT
				 "; name a target that lies in another row",
				 row->target);
	default:
		return error_say(error, number, "the target '%s': %s", row->target,
				 strerror(number));
	}
}

const char *target_below(const char *target, const char *directory)
{
	size_t length = strcmp(directory, "/") == 0 ? 0 : strlen(directory);

	if (strncmp(target, directory, length) != 0)
		return NULL;
	if (target[length] == '\0')
		return target + length;
	return target[length] == '/' ? target + length + 1 : NULL;
}

const char *target_last(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}
