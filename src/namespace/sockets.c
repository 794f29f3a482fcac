/* SPDX-License-Identifier: BSD-3-Clause */
#include "sockets.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "cleanup.h"
#include "kernel.h"
#include "landlock.h"
#include "path.h"
#include "target.h"

int sockets_allow_assembled(const struct assembly *assembly, const struct tree *tree, int ruleset,
			    struct error *error)
{
	int result = landlock_allow_files(ruleset, assembly_root(assembly), error);

	for (size_t i = 1; result == 0 && i < tree->n_rows; i++) {
		int mount = assembly_mount(assembly, i);
		struct stat stat;

		if (mount < 0)
			continue;
		if (path_examine(mount, &stat) < 0)
			result = error_set(error, errno, "'%s' cannot be examined: %m",
					   tree->rows[i].target);
		else if (S_ISSOCK(stat.st_mode))
			result = landlock_allow_socket(ruleset, mount, error);
	}
	return result;
}

/*
 * The user may have renamed the directory that has a row's target and put another socket there.
 * Only the root of a mount counts, which a user cannot make. Links are not followed.
 */
static int allow_target(const struct row *row, int root, int ruleset, struct error *error)
{
	cleanup(cleanup_fd) int fd = target_open(root, row->target + 1);
	struct statx found;

	if (fd < 0 || statx(fd, "", AT_EMPTY_PATH, STATX_TYPE, &found) < 0 ||
	    !S_ISSOCK(found.stx_mode) || !(found.stx_attributes & STATX_ATTR_MOUNT_ROOT))
		return 0;
	return landlock_allow_socket(ruleset, fd, error);
}

int sockets_allow_mounted(const struct tree *tree, int root, int ruleset, struct error *error)
{
	int result = landlock_allow_files(ruleset, root, error);

	for (size_t i = 1; result == 0 && i < tree->n_rows; i++)
		if (tree->rows[i].kind == ROW_BIND)
			result = allow_target(&tree->rows[i], root, ruleset, error);
	return result;
}
