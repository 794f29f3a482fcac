/* SPDX-License-Identifier: BSD-3-Clause */
#include "live_sources.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "cleanup.h"
#include "path.h"
#include "server.h"
#include "target.h"
#include "timedcall.h"

#define ROWS_MAX 4096 /* of a tree that is compared */

/* What a row's source is on the host. */
struct source_file {
	bool known;
	dev_t device;
	ino_t inode; /* 0 where it does not count */
};

/* What the child needs and brings back. */
struct comparison {
	const struct tree *tree;
	const struct source_file *sources;
	unsigned char moved[ROWS_MAX];
};

static struct source_file source_on_host(const struct tree *tree, size_t index)
{
	const struct row *row = &tree->rows[index];
	cleanup(path_close) struct path found = PATH_INIT;
	struct error ignored = {0};

	if (row->kind != ROW_BIND || row->subdirectory || tree_covers(tree, index, row->target) ||
	    path_open(row->source, &found, &ignored) < 0)
		return (struct source_file){0};
	return (struct source_file){
		.known = true,
		.device = found.stat.st_dev,
		.inode = server_of(found.fd).server == SERVER_NONE ? found.stat.st_ino : 0};
}

static bool is_moved(int root, const struct row *row, const struct source_file *source)
{
	cleanup(cleanup_fd) int fd = target_open(root, row->target + 1);
	struct statx found;

	if (fd < 0 || statx(fd, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, STATX_INO, &found) < 0)
		return row->nofail && fd == -ENOENT;
	/* Without nofail somebody has unmounted it, and is to have that. */
	if (!(found.stx_attributes & STATX_ATTR_MOUNT_ROOT))
		return row->nofail;
	return makedev(found.stx_dev_major, found.stx_dev_minor) != source->device ||
	       (source->inode && found.stx_ino != source->inode);
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
