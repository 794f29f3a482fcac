/* SPDX-License-Identifier: BSD-3-Clause */
#include "apparmor.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "cleanup.h"

/* The label of a process without a profile. */
#define UNCONFINED "unconfined"

static bool is_confined(void)
{
	cleanup(cleanup_fd) int fd = open("/proc/self/attr/apparmor/current", O_RDONLY | O_CLOEXEC);
	char label[sizeof(UNCONFINED) - 1];
	ssize_t size = fd >= 0 ? read(fd, label, sizeof(label)) : -1;

	return size > 0 && (size != sizeof(label) || memcmp(label, UNCONFINED, sizeof(label)) != 0);
}

const char *apparmor_hint(int number)
{
	return (number == EACCES || number == EPERM) && is_confined()
		       ? "; if it was AppArmor, 'journalctl -k -g apparmor' shows what was refused"
		       : "";
}
