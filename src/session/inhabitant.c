/* SPDX-License-Identifier: BSD-3-Clause */
#include "inhabitant.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

#include "cleanup.h"
#include "namespace.h"

/* Returns 1 or 0, or negative errno; a process that has ended is in none. */
static int look_at(pid_t pid, uint64_t namespace)
{
	cleanup(cleanup_fd) int fd = -1;
	char name[64];

	snprintf(name, sizeof(name), "/proc/%d/ns/mnt", (int)pid);
	fd = open(name, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT || errno == ESRCH ? 0 : -errno;
	return namespace_has_id(fd, namespace);
}

bool inhabitant_is_in(pid_t pid, uint64_t namespace)
{
	return look_at(pid, namespace) == 1;
}

pid_t inhabitant_find(uint64_t namespace)
{
	cleanup(cleanup_directory) DIR *list = opendir("/proc");
	const struct dirent *entry;
	int result, unknown = list ? 0 : -errno;

	while (list && (entry = readdir(list))) {
		pid_t pid = (pid_t)atoi(entry->d_name);

		if (pid <= 0)
			continue;
		result = look_at(pid, namespace);
		if (result > 0)
			return pid;
		unknown = result < 0 ? result : unknown;
	}
	/* A /proc without this process is another one's, or none. */
	return !unknown && access("/proc/self/ns/mnt", F_OK) < 0 ? -ENOENT : unknown;
}
