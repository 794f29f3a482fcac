/* SPDX-License-Identifier: BSD-3-Clause */
#include "origin.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/stat.h>

#include "cleanup.h"
#include "kernel.h"

/* The inode of the machine's first PID namespace (PID_NS_INIT_INO of linux/nsfs.h, since 6.18). */
#define FIRST_PID_NAMESPACE 0xEFFFFFFCU

static const struct namespace_type {
	int type;
	const char *name;
	unsigned long request; /* of a pidfd */
	const char *own, *init;
} namespace_types[] = {
	{CLONE_NEWNS, "mount", PIDFD_GET_MNT_NAMESPACE, "/proc/self/ns/mnt", "/proc/1/ns/mnt"},
	{CLONE_NEWIPC, "IPC", PIDFD_GET_IPC_NAMESPACE, "/proc/self/ns/ipc", "/proc/1/ns/ipc"},
	{CLONE_NEWNET, "network", PIDFD_GET_NET_NAMESPACE, "/proc/self/ns/net", "/proc/1/ns/net"},
	{CLONE_NEWPID, "PID", PIDFD_GET_PID_FOR_CHILDREN_NAMESPACE,
	 "/proc/self/ns/pid_for_children", "/proc/1/ns/pid"},
};

static const struct namespace_type *find_type(int type)
{
	const struct namespace_type *entry = namespace_types;

	while (entry->type != type)
		entry++;
	return entry;
}

int origin_open_current(int type, struct error *error)
{
	const struct namespace_type *entry = find_type(type);
	cleanup(cleanup_fd) int self = (int)syscall(SYS_pidfd_open, getpid(), 0);
	int fd = self < 0 ? -1 : ioctl(self, entry->request, 0);

	if (fd < 0)
		fd = open(entry->own, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return error_set(error, errno, "cannot open the process's %s namespace: %m",
				 entry->name);
	return fd;
}

bool origin_is_init(int type, int namespace)
{
	struct stat own, init;

	return fstat(namespace, &own) == 0 && stat(find_type(type)->init, &init) == 0 &&
	       own.st_ino == init.st_ino && own.st_dev == init.st_dev;
}

bool origin_is_container(void)
{
	struct stat pid;

	return stat("/proc/self/ns/pid", &pid) < 0 || pid.st_ino != FIRST_PID_NAMESPACE;
}

/*
 * Whether the handle will lead back once the process has left its namespace. Not from a container:
 * since Linux 7.0 only processes of the machine's first PID namespace open handles of namespaces
 * that they are not in, and container managers may forbid open_by_handle_at(2) itself.
 */
static bool leads_back(const struct nshandle *handle)
{
	cleanup(cleanup_fd) int opened = -1;

	if (origin_is_container())
		return false;
	opened = nshandle_open(handle);
	return opened >= 0;
}

int origin_keep(struct origin *origin, int type, int namespace, struct error *error)
{
	*origin = (struct origin){.type = type, .fd = -1};
	/* init's exists as long as the machine runs. A handle would not keep any other alive. */
	if (origin_is_init(type, namespace) && nshandle_make(namespace, &origin->handle) == 0 &&
	    leads_back(&origin->handle))
		return 0;
	return origin_keep_descriptor(origin, type, namespace, error);
}

int origin_keep_descriptor(struct origin *origin, int type, int namespace, struct error *error)
{
	*origin = (struct origin){.type = type, .fd = -1};
	origin->fd = fcntl(namespace, F_DUPFD_CLOEXEC, 3);
	if (origin->fd < 0)
		return error_set(error, errno, "cannot keep a descriptor of the namespace: %m");
	return 0;
}

bool origin_is_kept(const struct origin *origin)
{
	return origin->handle.type || origin->fd >= 0;
}

int origin_return(const struct origin *origin, struct error *error)
{
	cleanup(cleanup_fd) int opened = origin->handle.type ? nshandle_open(&origin->handle) : -1;
	const char *name = find_type(origin->type)->name;

	if (origin->handle.type && opened < 0)
		return error_set(error, -opened, "open_by_handle_at of the host's %s namespace: %s",
				 name, strerror(-opened));
	if (setns(origin->handle.type ? opened : origin->fd, origin->type) < 0)
		return error_set(error, errno, "setns back to the host's %s namespace: %m", name);
	return 0;
}

void origin_close(struct origin *origin)
{
	cleanup_fd(&origin->fd);
	*origin = (struct origin)ORIGIN_INIT;
}
