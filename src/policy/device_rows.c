/* SPDX-License-Identifier: BSD-3-Clause */
#include "device_rows.h"

#include <linux/mount.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "cleanup.h"

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

#define N_DEVICE_MOUNTS (sizeof(device_mounts) / sizeof(device_mounts[0]))
#define HOST_DEVICES "/dev/"

int device_rows_find(const struct row *devices, glob_t *found, struct error *error)
{
	cleanup(cleanup_free) char *names = strdup(devices->devices ? devices->devices : "");
	char *rest = names, *name;
	int flags = GLOB_NOCHECK | GLOB_NOESCAPE;

	*found = (glob_t){0};
	if (!names)
		return error_no_memory(error);
	while ((name = strsep(&rest, ":")) && *name) {
		cleanup(cleanup_free) char *pattern = NULL;

		if (asprintf(&pattern, HOST_DEVICES "%s", name) < 0) {
			pattern = NULL;
			return error_no_memory(error);
		}
		if (glob(pattern, flags, NULL, found) == GLOB_NOSPACE)
			return error_no_memory(error);
		flags |= GLOB_APPEND;
	}
	return 0;
}

/* What all have in common that DEVICES mounts. */
static struct row common_row(const struct row *devices)
{
	struct row row = row_empty(devices->file, devices->line);

	row.network = devices->network;
	row.user_target = devices->user_target;
	row.make_target = true;
	row.make_mode = 0755;
	return row;
}

int device_rows_make_device(const struct row *devices, const char *path, struct row *row,
			    struct error *error)
{
	*row = common_row(devices);
	row->kind = ROW_BIND;
	row->device = true;
	row->nofail = devices->nofail;
	row->attributes_set = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC;
	row->source = strdup(path);
	if (asprintf(&row->target, "%s/%s", devices->target, path + strlen(HOST_DEVICES)) < 0)
		row->target = NULL;
	return row->source && row->target ? 1 : error_no_memory(error);
}

static int make_mount(const struct row *devices, const struct device_mount *mount, struct row *row,
		      struct error *error)
{
	int r = 0;

	*row = common_row(devices);
	row->kind = mount->kind;
	row->nofail = mount->nofail || devices->nofail;
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

int device_rows_make(const struct row *devices, const glob_t *found, size_t index, struct row *row,
		     struct error *error)
{
	*row = row_empty(NULL, 0);
	if (index < N_DEVICE_MOUNTS)
		return make_mount(devices, &device_mounts[index], row, error);
	index -= N_DEVICE_MOUNTS;
	if (index < found->gl_pathc)
		return device_rows_make_device(devices, found->gl_pathv[index], row, error);
	return 0;
}
