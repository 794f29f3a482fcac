/* SPDX-License-Identifier: BSD-3-Clause */
#include "rootdir.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "cleanup.h"
#include "names.h"

bool rootdir_map(const struct rootdir *root, const char *name, char mapped[PATH_MAX])
{
	const char *below = root ? name_below(name, *root->inside ? root->inside : "/") : NULL;

	return below && snprintf(mapped, PATH_MAX, "%s/%s", root->path, below) < PATH_MAX;
}

bool rootdir_has(const struct rootdir *root, const char *path)
{
	size_t length = root ? strlen(root->path) : 0;

	return root && strncmp(path, root->path, length) == 0 && path[length] == '/';
}

int rootdir_open(const struct rootdir *root, const char *path, int flags)
{
	struct open_how how = {.flags = (unsigned)flags, .resolve = RESOLVE_IN_ROOT};
	cleanup(cleanup_fd) int top = -1;
	int fd;

	if (!rootdir_has(root, path) || *root->inside) {
		fd = open(path, flags);
		return fd < 0 ? -errno : fd;
	}
	top = open(root->path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (top < 0)
		return -errno;
	fd = (int)syscall(SYS_openat2, top, path + strlen(root->path), &how, sizeof(how));
	return fd < 0 ? -errno : fd;
}
