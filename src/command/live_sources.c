/* SPDX-License-Identifier: BSD-3-Clause */
#include "live_sources.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "source_file.h"
#include "target.h"
#include "timedcall.h"

#define ROWS_MAX 4096 /* of a tree that is compared */

/* What the child needs and brings back. */
struct comparison {
	const struct tree *tree;
	const struct source_file *sources;
	unsigned char moved[ROWS_MAX];
};

static struct source_file source_on_host(const struct tree *tree, size_t index)
{
	const struct row *row = &tree->rows[index];

	return row->kind != ROW_BIND || row->subdirectory || tree_covers(tree, index, row->target)
		       ? (struct source_file){0}
		       : source_file_find(row->source);
}

static bool is_moved(int root, const struct row *row, const struct source_file *source)
{
	cleanup(cleanup_fd) int fd = target_open(root, row->target + 1);

	if (fd < 0)
		return row->nofail && fd == -ENOENT;
	switch (source_file_compare(source, fd)) {
	case SOURCE_SHOWN:
		return false;
	case SOURCE_REPLACED:
		return true;
	case SOURCE_ABSENT:
		/* Without nofail somebody has unmounted it, and is to have that. */
		return row->nofail;
	}
	return false;
}

static int compare_inside(int mntns, void *data)
{
	struct comparison *comparison = data;
	cleanup(cleanup_fd) int root = -1;

	if (setns(mntns, CLONE_NEWNS) < 0)
		return -errno;
	root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (root < 0)
		return -errno;
	for (size_t i = 0; i < comparison->tree->n_rows; i++)
		comparison->moved[i] =
			comparison->sources[i].known &&
			is_moved(root, &comparison->tree->rows[i], &comparison->sources[i]);
	return 0;
}

int live_sources_compare(int mntns, const struct tree *tree, bool *moved, struct error *error)
{
	cleanup(cleanup_free) struct source_file *sources = calloc(tree->n_rows, sizeof(*sources));
	struct comparison comparison = {.tree = tree, .sources = sources};
	int result;

	memset(moved, 0, tree->n_rows * sizeof(*moved));
	if (!sources)
		return error_no_memory(error);
	if (tree->n_rows > ROWS_MAX)
		return 0;
	for (size_t i = 0; i < tree->n_rows; i++)
		sources[i] = source_on_host(tree, i);
	result = timed_call(compare_inside, mntns, &comparison, sizeof(comparison), NULL);
	if (result < 0)
		return error_set(error, -result, "its mounts cannot be looked at: %s",
				 strerror(-result));
	for (size_t i = 0; i < tree->n_rows; i++)
		moved[i] = comparison.moved[i];
	return 0;
}
