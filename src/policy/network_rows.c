/* SPDX-License-Identifier: BSD-3-Clause */
#include "network_rows.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "names.h"

#define FILES_DIRECTORY "/etc/netns"

/* What a session's sysfs covers that is no network's: put back on it where the host has it. */
static const char *const put_back[] = {"fs/cgroup", "fs/selinux"};

/* The place in ROW's mount that shows the host's /sys: "" for the mount itself; NULL for none. */
static const char *find_sys(const struct row *row)
{
	if (row->kind != ROW_BIND || row->subdirectory)
		return NULL;
	if (strcmp(row->source, "/sys") == 0)
		return "";
	return strcmp(row->source, "/") == 0 && row->recursive ? "sys" : NULL;
}

static bool has_row(const struct tree *tree, const char *target)
{
	for (size_t i = 0; i < tree->n_rows; i++)
		if (strcmp(tree->rows[i].target, target) == 0)
			return true;
	return false;
}

static char *join(const char *directory, const char *name)
{
	const char *slash = *name && strcmp(directory, "/") != 0 ? "/" : "";
	char *path;

	return asprintf(&path, "%s%s%s", directory, slash, name) < 0 ? NULL : path;
}

/* The new row takes SOURCE and TARGET, which are allocated, and flags from the row that it lies in.
 */
static int insert_row(struct tree *tree, size_t index, const struct row *around, char *source,
		      char *target, const char *type, struct error *error)
{
	cleanup(row_clear) struct row row = row_empty(around->file, around->line);

	row.kind = type ? ROW_FILESYSTEM : ROW_BIND;
	row.source = source;
	row.target = target;
	row.type = type ? strdup(type) : NULL;
	/* Without the sysfs the host's would show: that is a failure. */
	row.nofail = !type;
	row.attributes_set = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC |
			     (around->attributes_set & MOUNT_ATTR_RDONLY);
	if (!source || !target || (type && !row.type))
		return error_no_memory(error);
	return tree_insert_row(tree, index, &row, error);
}

/* Mounts the session's sysfs on SYS, which row INDEX shows, and on it what else was mounted there.
 */
static int cover_sys(struct tree *tree, size_t index, const char *sys, struct error *error)
{
	int result = insert_row(tree, index + 1, &tree->rows[index], strdup("sysfs"), strdup(sys),
				"sysfs", error);

	for (size_t i = 0; result == 0 && i < sizeof(put_back) / sizeof(*put_back); i++) {
		cleanup(cleanup_free) char *target = join(sys, put_back[i]);

		if (!target)
			return error_no_memory(error);
		if (!has_row(tree, target))
			result = insert_row(tree, index + 2, &tree->rows[index],
					    join("/sys", put_back[i]), steal_pointer(&target), NULL,
					    error);
	}
	return result;
}

static int cover_each_sys(struct tree *tree, struct error *error)
{
	int result = 0;

	for (size_t i = 0; result == 0 && i < tree->n_rows; i++) {
		const char *place = find_sys(&tree->rows[i]);
		cleanup(cleanup_free) char *sys = place ? join(tree->rows[i].target, place) : NULL;

		if (place && !sys)
			return error_no_memory(error);
		/* (A row of the tree's own on /sys is looked at by itself.) */
		if (place && !(place[0] && has_row(tree, sys)))
			result = cover_sys(tree, i, sys, error);
	}
	return result;
}

/* /etc/resolv.conf is often a link: what it leads to is covered, as mount(8) would. */
static int cover_file(struct tree *tree, const char *directory, const char *name,
		      struct error *error)
{
	cleanup(cleanup_free) char *written = join("/etc", name);
	char *target = written ? realpath(written, NULL) : NULL;

	if (!written)
		return error_no_memory(error);
	if (!target && errno != ENOMEM)
		return 0;
	return insert_row(tree, tree->n_rows, &tree->rows[0], join(directory, name), target, NULL,
			  error);
}

/* As for ip-netns(8), a missing directory is not an error. */
static int cover_files(struct tree *tree, const char *name, struct error *error)
{
	cleanup(cleanup_free) char *path = join(FILES_DIRECTORY, name);
	cleanup(cleanup_directory) DIR *directory = path ? opendir(path) : NULL;
	const struct dirent *entry;
	int result = 0;

	if (!path)
		return error_no_memory(error);
	while (result == 0 && directory && (entry = readdir(directory)))
		if (name_is_component(entry->d_name))
			result = cover_file(tree, path, entry->d_name, error);
	return result;
}

static void remove_rows(struct tree *tree, enum row_network network)
{
	size_t kept = 0;

	for (size_t i = 0; i < tree->n_rows; i++) {
		if (tree->rows[i].network == network)
			row_clear(&tree->rows[i]);
		else
			tree->rows[kept++] = tree->rows[i];
	}
	tree->n_rows = kept;
}

int network_rows_add(struct tree *tree, const struct network *network, struct error *error)
{
	int result;

	if (!network_is_separate(network)) {
		remove_rows(tree, ROW_NETWORK_SEPARATE);
		return 0;
	}
	remove_rows(tree, ROW_NETWORK_HOST);
	result = cover_each_sys(tree, error);
	if (result < 0 || strcmp(network->name, "none") == 0)
		return result;
	return cover_files(tree, network->name, error);
}
