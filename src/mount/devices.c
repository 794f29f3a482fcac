/* SPDX-License-Identifier: BSD-3-Clause */
#include "devices.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "cleanup.h"
#include "filesystem.h"

static const struct device {
	const char *name;
	unsigned major, minor;
} devices[] = {
	{"null", 1, 3},	   {"zero", 1, 5}, {"full", 1, 7}, {"random", 1, 8},
	{"urandom", 1, 9}, {"tty", 5, 0},  {"ptmx", 5, 2},
};

static const struct link {
	const char *name, *text;
} links[] = {
	{"fd", "/proc/self/fd"},
	{"stdin", "/proc/self/fd/0"},
	{"stdout", "/proc/self/fd/1"},
	{"stderr", "/proc/self/fd/2"},
};

static int fill_devices(int mount, struct error *error)
{
	for (size_t i = 0; i < sizeof(devices) / sizeof(*devices); i++)
		if (mknodat(mount, devices[i].name, S_IFCHR | 0666,
			    makedev(devices[i].major, devices[i].minor)) < 0)
			return error_set(error, errno, "cannot make the device '%s': %m",
					 devices[i].name);
	for (size_t i = 0; i < sizeof(links) / sizeof(*links); i++)
		if (symlinkat(links[i].text, mount, links[i].name) < 0)
			return error_set(error, errno, "cannot make the link '%s': %m",
					 links[i].name);
	return 0;
}

int devices_open(const struct row *row, struct error *error)
{
	cleanup(cleanup_fd) int mount =
		filesystem_open_tmpfs(row->source, row->target, "64k", error);
	int result;

	if (mount < 0)
		return mount;
	result = fill_devices(mount, error);
	return result < 0 ? result : steal_fd(&mount);
}
