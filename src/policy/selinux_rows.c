/* SPDX-License-Identifier: BSD-3-Clause */
#include "selinux_rows.h"

#include <stdbool.h>
#include <string.h>

#include "cleanup.h"
#include "names.h"
#include "selinux.h"

#define PROC "/proc"

static const struct selinux_place {
	const char *path;
	bool is_mount; /* the host has it mounted there */
	uint64_t attributes;
} places[] = {
	{SELINUX_DIRECTORY, true, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC},
	{"/etc/selinux", false,
	 MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC},
};

/* Whether ROW mounts the host's PLACE on the same path; REST is the path within the row's mount. */
static bool row_shows(const struct row *row, const struct selinux_place *place, const char *rest)
{
	const char *below = row->kind == ROW_BIND && !row->subdirectory
				    ? name_below(place->path, row->source)
				    : NULL;

	return below && strcmp(below, rest) == 0 && (!place->is_mount || row->recursive || !*rest);
}

/*
 * The last row that is mounted on a path or above it is what shows there; one that is mounted
 * within would show other files than the host's.
 */
static bool tree_shows(const struct tree *tree, const struct selinux_place *place)
{
	for (size_t i = tree->n_rows; i-- > 0;) {
		const char *target = tree->rows[i].target;
		const char *rest = name_below(place->path, target);

		if (rest)
			return row_shows(&tree->rows[i], place, rest);
		if (name_below(target, place->path))
			return false;
	}
	return false;
}

static int add_row(struct tree *tree, const struct selinux_place *place, struct error *error)
{
	cleanup(row_clear) struct row row = row_empty(tree->rows[0].file, tree->rows[0].line);

	row.kind = ROW_BIND;
	row.source = strdup(place->path);
	row.target = strdup(place->path);
	row.attributes_set = place->attributes;
	row.make_target = true;
	row.make_mode = 0755;
	if (!row.source || !row.target)
		return error_no_memory(error);
	return tree_insert_row(tree, tree->n_rows, &row, error);
}

/* Whether some row mounts a proc, or the host's with all that is mounted there. */
static bool tree_has_proc(const struct tree *tree)
{
	for (size_t i = tree->n_rows; i-- > 0;) {
		const struct row *row = &tree->rows[i];
		const char *rest = name_below(PROC, row->target);

		if (rest && row->kind == ROW_FILESYSTEM)
			return strcmp(row->type, "proc") == 0 && !*rest;
		if (rest)
			return row_shows(row, &(struct selinux_place){PROC, true, 0}, rest);
	}
	return false;
}

/* A process's context is set in /proc (setexeccon(3)): this one shows no more than that. */
static int add_proc(struct tree *tree, struct error *error)
{
	cleanup(row_clear) struct row row = row_empty(tree->rows[0].file, tree->rows[0].line);
	int result;

	row.kind = ROW_FILESYSTEM;
	row.type = strdup("proc");
	row.source = strdup("proc");
	row.target = strdup(PROC);
	row.attributes_set = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC;
	row.make_target = true;
	row.make_mode = 0755;
	if (!row.type || !row.source || !row.target)
		return error_no_memory(error);
	result = row_add_option(&row, "hidepid", "ptraceable", error);
	if (result == 0)
		result = row_add_option(&row, "subset", "pid", error);
	return result < 0 ? result : tree_insert_row(tree, tree->n_rows, &row, error);
}

int selinux_rows_add(struct tree *tree, struct error *error)
{
	int result = 0;

	if (!selinux_in_use())
		return 0;
	for (size_t i = 0; result == 0 && i < sizeof(places) / sizeof(*places); i++)
		if (!tree_shows(tree, &places[i]))
			result = add_row(tree, &places[i], error);
	return result < 0 || tree_has_proc(tree) ? result : add_proc(tree, error);
}
