/* SPDX-License-Identifier: BSD-3-Clause */
#include "wayback.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/stat.h>

#include "cleanup.h"
#include "kernel.h"

static const struct kind {
	int type;
	const char *name;
	unsigned long ask; /* of a pidfd */
	const char *own, *init;
} kinds[] = {
	{CLONE_NEWNS, "mount", PIDFD_GET_MNT_NAMESPACE, "/proc/self/ns/mnt", "/proc/1/ns/mnt"},
	{CLONE_NEWIPC, "IPC", PIDFD_GET_IPC_NAMESPACE, "/proc/self/ns/ipc", "/proc/1/ns/ipc"},
	{CLONE_NEWPID, "PID", PIDFD_GET_PID_FOR_CHILDREN_NAMESPACE,
	 "/proc/self/ns/pid_for_children", "/proc/1/ns/pid"},
};

static const struct kind *kind_of(int type)
{
	const struct kind *kind = kinds;

	while (kind->type != type)
		kind++;
	return kind;
}

int way_back_own(int type, struct error *error)
{
	const struct kind *kind = kind_of(type);
	cleanup(cleanup_fd) int self = (int)syscall(SYS_pidfd_open, getpid(), 0);
	int fd = self < 0 ? -1 : ioctl(self, kind->ask, 0);

	if (fd < 0)
		fd = open(kind->own, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return error_say(error, errno, "cannot open the process's %s namespace: %m",
				 kind->name);
	return fd;
}

bool way_back_is_init(int type, int namespace)
{
	struct stat own, init;

	return fstat(namespace, &own) == 0 && stat(kind_of(type)->init, &init) == 0 &&
	       own.st_ino == init.st_ino && own.st_dev == init.st_dev;
}

int way_back_open(struct way_back *way, int type, int namespace, struct error *error)
{
	*way = (struct way_back){.type = type, .fd = -1};
	/* init's lives as long as the machine: of no other would a handle be enough. */
	if (way_back_is_init(type, namespace) && handle_make(namespace, &way->handle) == 0)
		return 0;
	way->fd = fcntl(namespace, F_DUPFD_CLOEXEC, 3);
	if (way->fd < 0)
		return error_say(error, errno, "cannot keep the way back: %m");
	return 0;
}

bool way_back_is_open(const struct way_back *way)
{
	return way->handle.type || way->fd >= 0;
}

int way_back_go(const struct way_back *way, struct error *error)
{
	cleanup(cleanup_fd) int opened = way->handle.type ? handle_open(&way->handle) : -1;
	const char *name = kind_of(way->type)->name;

	if (way->handle.type && opened < 0)
		return error_say(error, -opened, "open_by_handle_at of the host's %s namespace: %s",
				 name, strerror(-opened));
	if (setns(way->handle.type ? opened : way->fd, way->type) < 0)
		return error_say(error, errno, "setns back to the host's %s namespace: %m", name);
	return 0;
}

void way_back_close(struct way_back *way)
{
	cleanup_fd(&way->fd);
	*way = (struct way_back)WAY_BACK_INIT;
}
