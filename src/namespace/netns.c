/* SPDX-License-Identifier: BSD-3-Clause */
#include "netns.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/nsfs.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "cleanup.h"
#include "network.h"
#include "path.h"

static int set_loopback_up(struct error *error)
{
	cleanup(cleanup_fd) int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq request = {.ifr_name = "lo"};

	if (fd < 0 || ioctl(fd, SIOCGIFFLAGS, &request) < 0)
		return error_set(error, errno, "net=none: the loopback interface: %m");
	request.ifr_flags |= IFF_UP;
	if (ioctl(fd, SIOCSIFFLAGS, &request) < 0)
		return error_set(error, errno,
				 "net=none: the loopback interface cannot be set up: %m");
	return 0;
}

int netns_enter_new(struct error *error)
{
	if (unshare(CLONE_NEWNET) == 0)
		return set_loopback_up(error);
	if (errno == ENOSPC)
		return error_set(error, ENOSPC,
				 "net=none: the limit of network namespaces is reached; raise the "
				 "sysctl user.max_net_namespaces");
	if (errno == EINVAL)
		return error_set(error, EOPNOTSUPP,
				 "net=none: this kernel has no network namespaces (CONFIG_NET_NS)");
	return error_set(error, errno, "net=none: a network namespace cannot be created: %m");
}

/* The file is a mount of nsfs: its own mode and owner are the kernel's. */
static int open_trusted(const char *name, const struct path *found, struct error *error)
{
	int fd;

	if (found->parent_untrusted[0])
		return error_set(error, EPERM,
				 "net=%s cannot be trusted: %s; every directory above it must be "
				 "root's, and writable by no one else",
				 name, found->parent_untrusted);
	fd = openat(found->parent, found->name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	return fd < 0 ? error_set(error, errno, "net=%s: cannot be opened: %m", name) : fd;
}

int netns_open(const char *name, struct error *error)
{
	cleanup(path_close) struct path found = PATH_INIT;
	cleanup(cleanup_fd) int fd = -1;
	char path[sizeof(NETWORK_DIRECTORY) + NAME_MAX + 1];
	struct error why = {0};
	int result;

	snprintf(path, sizeof(path), NETWORK_DIRECTORY "/%s", name);
	result = path_open(path, &found, &why);
	if (result == -ENOENT)
		return error_mark(
			error, CODE_NETWORK_NAMESPACE,
			error_set(
				error, ENOENT,
				"net=%s: there is no network namespace '%s': 'ip netns add %s' "
				"makes one; or write net=none for a network without the host's, or "
				"net=host for the host's own",
				name, path, name));
	if (result < 0)
		return error_set(error, -result, "net=%s: '%s': %s", name, path, why.words);
	fd = open_trusted(name, &found, error);
	if (fd < 0)
		return fd;
	if (ioctl(fd, NS_GET_NSTYPE) != CLONE_NEWNET)
		return error_mark(
			error, CODE_NETWORK_NAMESPACE,
			error_set(error, EINVAL,
				  "net=%s: '%s' is not a network namespace: remove the file, and "
				  "'ip netns add %s' makes one",
				  name, path, name));
	return steal_fd(&fd);
}

int netns_enter(int namespace, struct error *error)
{
	if (setns(namespace, CLONE_NEWNET) < 0)
		return error_set(error, errno, "net=: setns: %m");
	return 0;
}
