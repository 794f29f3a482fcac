/* SPDX-License-Identifier: BSD-3-Clause */
#include "mount.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>

#include "cleanup.h"
#include "devices.h"
#include "filesystem.h"
#include "home.h"
#include "kernel.h"
#include "limit.h"
#include "source.h"
#include "timedcall.h"

static int clone_tree(int fd, const struct row *row, struct error *error)
{
	unsigned flags = OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH;
	int mount =
		(int)syscall(SYS_open_tree, fd, "", row->recursive ? flags | AT_RECURSIVE : flags);

	if (mount >= 0)
		return mount;
	if (errno == ENOSPC)
		return limit_set_error("open_tree", error);
	if (errno == EINVAL)
		return error_set(error, EINVAL,
				 "'%s' cannot be bound: it is on an unbindable mount, or not in "
				 "this mount namespace (findmnt -o TARGET,PROPAGATION shows it)",
				 row->source);
	return error_set(error, errno, "'%s' cannot be bound: %m", row->source);
}

/* A copy of a shared mount is a peer of the host's: what is mounted on it would show there. */
static int cut_propagation(int mount, const struct row *row, struct error *error)
{
	struct mount_attr attr = {.propagation = row->slave ? MS_SLAVE : MS_PRIVATE};

	if (syscall(SYS_mount_setattr, mount, "", AT_EMPTY_PATH | AT_RECURSIVE, &attr,
		    sizeof(attr)) < 0)
		return error_set(error, errno, "'%s' cannot be made private: %m", row->source);
	return 0;
}

static int open_bind(const struct row *row, const struct mount_context *context, int *host,
		     struct error *error)
{
	cleanup(cleanup_fd) int source = source_open(row, context, error);
	cleanup(cleanup_fd) int mount = -1;
	int result;

	if (source < 0)
		return source;
	mount = clone_tree(source, row, error);
	if (mount < 0)
		return mount;
	result = cut_propagation(mount, row, error);
	if (result < 0)
		return result;
	*host = steal_fd(&source);
	return steal_fd(&mount);
}

int mount_open(const struct row *row, const struct mount_context *context, int *host,
	       struct error *error)
{
	int result = home_check_row(row, context->subject, error);

	*host = -1;
	if (result < 0)
		return result;
	switch (row->kind) {
	case ROW_BIND:
		return open_bind(row, context, host, error);
	case ROW_FILESYSTEM:
		return filesystem_open(row, context->pid_namespace, error);
	case ROW_DEVICES:
		return devices_open(row, error);
	case ROW_SYMLINK:
	case ROW_NONE:
		break;
	}
	return error_set(error, EINVAL, "this row is no mount");
}

struct ownership {
	uid_t owner;
	gid_t group;
	mode_t mode;
	bool owner_is_set;
};

static int set_ownership(int mount, void *data)
{
	struct ownership *wanted = data;

	if ((wanted->owner != ROW_UNSET || wanted->group != ROW_UNSET) &&
	    fchownat(mount, "", wanted->owner, wanted->group, AT_EMPTY_PATH) < 0)
		return -errno;
	wanted->owner_is_set = true;
	if (wanted->mode != ROW_UNSET && sys_fchmodat2(mount, "", wanted->mode, AT_EMPTY_PATH) < 0)
		return -errno;
	return 0;
}

/* A bind row may be of a server that does not answer: there a child process does it. */
static int finish_ownership(int mount, const struct row *row, struct error *error)
{
	struct ownership wanted = {.owner = row->owner, .group = row->group, .mode = row->mode};
	int result;

	if (row->owner == ROW_UNSET && row->group == ROW_UNSET && row->mode == ROW_UNSET)
		return 0;
	result = row->kind == ROW_BIND
			 ? timed_call(set_ownership, mount, &wanted, sizeof(wanted), NULL)
			 : set_ownership(mount, &wanted);
	if (result < 0 && wanted.owner_is_set)
		return error_set(error, -result, "X-mount.mode=%04o: %s", (unsigned)row->mode,
				 strerror(-result));
	if (result < 0)
		return error_set(error, -result, "X-mount.owner, X-mount.group: %s",
				 strerror(-result));
	return 0;
}

int mount_finish(int mount, const struct row *row, struct error *error)
{
	struct mount_attr attr = {.attr_set = row->attributes_set,
				  .attr_clr = row->attributes_clear};

	int result = finish_ownership(mount, row, error);

	if (result < 0)
		return result;
	if (!attr.attr_set && !attr.attr_clr)
		return 0;
	if (syscall(SYS_mount_setattr, mount, "",
		    AT_EMPTY_PATH | (row->recursive ? AT_RECURSIVE : 0), &attr, sizeof(attr)) < 0)
		return error_set(error, errno, "the mount's options cannot be set: %m");
	return 0;
}
