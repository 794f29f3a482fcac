/* SPDX-License-Identifier: BSD-3-Clause */
#include "row.h"

#include <linux/mount.h>
#include <stdlib.h>
#include <string.h>

const struct row_flag row_flags[] = {
	{"ro", MOUNT_ATTR_RDONLY, MOUNT_ATTR_RDONLY},
	{"rw", MOUNT_ATTR_RDONLY, 0},
	{"nosuid", MOUNT_ATTR_NOSUID, MOUNT_ATTR_NOSUID},
	{"suid", MOUNT_ATTR_NOSUID, 0},
	{"nodev", MOUNT_ATTR_NODEV, MOUNT_ATTR_NODEV},
	{"dev", MOUNT_ATTR_NODEV, 0},
	{"noexec", MOUNT_ATTR_NOEXEC, MOUNT_ATTR_NOEXEC},
	{"exec", MOUNT_ATTR_NOEXEC, 0},
	{"nodiratime", MOUNT_ATTR_NODIRATIME, MOUNT_ATTR_NODIRATIME},
	{"diratime", MOUNT_ATTR_NODIRATIME, 0},
	{"nosymfollow", MOUNT_ATTR_NOSYMFOLLOW, MOUNT_ATTR_NOSYMFOLLOW},
	{"symfollow", MOUNT_ATTR_NOSYMFOLLOW, 0},
	{"noatime", MOUNT_ATTR__ATIME, MOUNT_ATTR_NOATIME},
	{"atime", MOUNT_ATTR__ATIME, MOUNT_ATTR_RELATIME},
	{"relatime", MOUNT_ATTR__ATIME, MOUNT_ATTR_RELATIME},
	{"strictatime", MOUNT_ATTR__ATIME, MOUNT_ATTR_STRICTATIME},
	{.key = NULL},
};

void row_clear(struct row *row)
{
	for (size_t i = 0; i < row->n_options; i++)
		free(row->options[i].allocated);
	free(row->options);
	free(row->source);
	free(row->target);
	free(row->type);
	free(row->subdirectory);
	free(row->mounted);
	free(row->upper);
	free(row->devices);
}

bool row_is_same_line(const struct row *a, const struct row *b)
{
	return a->line == b->line && strcmp(a->file, b->file) == 0;
}

bool row_are_alternatives(const struct row *row, const struct row *later)
{
	return row->kind == ROW_FILESYSTEM && later->kind == ROW_BIND && row->nofail &&
	       later->nofail && strcmp(row->target, later->target) == 0;
}

int row_add_option(struct row *row, const char *key, const char *value, struct error *error)
{
	size_t key_size = strlen(key) + 1, value_size = value ? strlen(value) + 1 : 0;
	struct filesystem_option *larger;
	char *text = malloc(key_size + value_size);

	larger = reallocarray(row->options, row->n_options + 1, sizeof(*larger));
	if (larger)
		row->options = larger;
	if (!larger || !text) {
		free(text);
		return error_no_memory(error);
	}
	memcpy(text, key, key_size);
	if (value)
		memcpy(text + key_size, value, value_size);
	larger[row->n_options++] = (struct filesystem_option){
		.key = text, .value = value ? text + key_size : NULL, .allocated = text};
	return 0;
}

const char *row_type(const struct row *row)
{
	switch (row->kind) {
	case ROW_BIND:
		return "none";
	case ROW_DEVICES:
		return "nstree.dev";
	case ROW_SYMLINK:
		return "nstree.symlink";
	case ROW_NONE:
		return "nstree.none";
	case ROW_FILESYSTEM:
		break;
	}
	return row->type;
}
