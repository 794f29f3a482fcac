/* SPDX-License-Identifier: BSD-3-Clause */
#include "device_rows.h"

#include <linux/mount.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static const struct device_mount {
	enum row_kind kind;
	const char *source;
	const char *name;
	const char *type;
	const char *mode, *size;
	bool nofail;
	uint64_t attributes;
} device_mounts[] = {
	{.kind = ROW_BIND,
	 .source = "/dev/pts",
	 .name = "pts",
	 .attributes = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC},
	/* The kernel's default is half of the memory, and each session of a user may have one. */
	{.kind = ROW_FILESYSTEM,
	 .source = "tmpfs",
	 .name = "shm",
	 .type = "tmpfs",
	 .mode = "1777",
	 .size = "25%",
	 .attributes = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV},
	/* A host without a syslog daemon has no such socket. */
	{.kind = ROW_BIND,
	 .source = "/dev/log",
	 .name = "log",
	 .nofail = true,
	 .attributes = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC},
};

int device_rows_make(const struct row *devices, size_t index, struct row *row, struct error *error)
{
	const struct device_mount *mount = &device_mounts[index];
	int r = 0;

	*row = row_empty(devices->file, devices->line);
	if (index == sizeof(device_mounts) / sizeof(device_mounts[0]))
		return 0;
	row->kind = mount->kind;
	row->nofail = mount->nofail || devices->nofail;
	row->network = devices->network;
	row->make_target = true;
	row->make_mode = 0755;
	row->attributes_set = mount->attributes;
	row->source = strdup(mount->source);
	row->type = mount->type ? strdup(mount->type) : NULL;
	if (asprintf(&row->target, "%s/%s", devices->target, mount->name) < 0)
		row->target = NULL;
	if (!row->source || !row->target || (mount->type && !row->type))
		return error_no_memory(error);
	if (mount->mode)
		r = row_add_option(row, "mode", mount->mode, error);
	if (r == 0 && mount->size)
		r = row_add_option(row, "size", mount->size, error);
	return r < 0 ? r : 1;
}
