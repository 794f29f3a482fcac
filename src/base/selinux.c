/* SPDX-License-Identifier: BSD-3-Clause */
#include "selinux.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "cleanup.h"

bool selinux_in_use(void)
{
	struct statfs found;

	return statfs(SELINUX_DIRECTORY, &found) == 0 && found.f_type == SELINUX_MAGIC;
}

bool selinux_is_option(const char *key)
{
	static const char *const options[] = {"context", "fscontext", "defcontext", "rootcontext"};

	for (size_t i = 0; i < sizeof(options) / sizeof(*options); i++)
		if (strcmp(key, options[i]) == 0)
			return true;
	return false;
}

bool selinux_is_enforcing(void)
{
	cleanup(cleanup_fd) int fd = -1;
	char mode = '0';

	if (!selinux_in_use())
		return false;
	fd = open(SELINUX_DIRECTORY "/enforce", O_RDONLY | O_CLOEXEC);
	/* Everyone may read it, but for a domain that the policy does not let. */
	if (fd < 0)
		return errno == EACCES;
	return read(fd, &mode, 1) == 1 && mode == '1';
}

const char *selinux_hint(int number)
{
	return (number == EACCES || number == EPERM) && selinux_is_enforcing()
		       ? "; if it was SELinux, 'ausearch -m avc -ts recent' shows what was refused"
		       : "";
}

int selinux_has_type(const char *type)
{
	/* Only a policy with levels wants one. */
	static const char *const levels[] = {":s0", ""};
	char context[256];

	for (size_t i = 0; i < sizeof(levels) / sizeof(*levels); i++) {
		cleanup(cleanup_fd) int fd = open(SELINUX_DIRECTORY "/context", O_RDWR | O_CLOEXEC);

		if (fd < 0)
			return -errno;
		snprintf(context, sizeof(context), "system_u:object_r:%s%s", type, levels[i]);
		if (write(fd, context, strlen(context) + 1) > 0)
			return 1;
		if (errno != EINVAL)
			return -errno;
	}
	return 0;
}
