/* SPDX-License-Identifier: BSD-3-Clause */
#include "live_unmount.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "assembly.h"
#include "cleanup.h"
#include "kernel.h"
#include "names.h"
#include "path.h"
#include "target.h"
#include "trust.h"

/* A mount that was taken off a row, and goes back on if the row is busy. */
struct submount {
	int mount;
	const char *target;
};

int live_mount_clone(int fd)
{
	return (int)syscall(SYS_open_tree, fd, "",
			    OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH);
}

/* The directory that TARGET is in. */
static int open_parent_of(int root, const char *target, struct error *error)
{
	cleanup(cleanup_free) char *path = strdup(target + 1);
	char *slash;
	int fd;

	if (!path)
		return error_no_memory(error);
	slash = strrchr(path, '/');
	*(slash ? slash : path) = '\0';
	fd = target_open(root, path);
	if (fd < 0)
		return error_set(error, -fd, "what it lies in cannot be opened: %s", strerror(-fd));
	return fd;
}

/* Whether something is mounted on TARGET: a row that `nofail` left out mounted nothing. */
static bool is_mounted(int root, const char *target)
{
	cleanup(cleanup_fd) int fd = target_open(root, target + 1);
	struct statx statx_;

	return fd >= 0 && statx(fd, "", AT_EMPTY_PATH, STATX_TYPE, &statx_) == 0 &&
	       (statx_.stx_attributes & STATX_ATTR_MOUNT_ROOT);
}

static int unmount(int root, const char *target, struct error *error)
{
	cleanup(cleanup_fd) int parent = open_parent_of(root, target, error);
	int result;

	if (parent < 0)
		return parent;
	if (fchdir(parent) < 0)
		return error_set(error, errno, "cannot enter what it lies in: %m");
	result = umount2(name_last(target), UMOUNT_NOFOLLOW) < 0 ? errno : 0;
	if (fchdir(root) < 0)
		return error_set(error, errno, "cannot go back to the root: %m");
	if (result == EBUSY)
		return error_set(error, EBUSY,
				 "a process of the session is using it; refresh again once that is "
				 "done (lsof(8) and fuser(1) show which)");
	return result ? error_set(error, result, "umount: %s", strerror(result)) : 0;
}

/* What comes to light where root's code is loaded from must be root's as well. */
static int check_uncovered(int root, const char *target, struct error *error)
{
	cleanup(cleanup_fd) int parent = open_parent_of(root, target, error);
	cleanup(cleanup_fd) int copy = parent < 0 ? -1 : live_mount_clone(parent);
	cleanup(cleanup_fd) int beneath = -1;

	if (parent < 0)
		return parent;
	if (copy >= 0)
		beneath = target_open(copy, name_last(target));
	if (copy < 0 || (beneath < 0 && beneath != -ENOENT))
		return error_set(error, copy < 0 ? errno : -beneath,
				 "what is beneath it cannot be examined");
	return beneath < 0 ? 0 : trust_check_places(target, beneath, error);
}

/* The mount on TARGET that shows, in the table; NULL where the table has none. */
static const struct mountlist_entry *find_top(const struct mountlist *mounts, const char *target)
{
	for (size_t i = mounts->n_entries; i > 0; i--)
		if (strcmp(mounts->entries[i - 1].target, target) == 0)
			return &mounts->entries[i - 1];
	return NULL;
}

static bool is_within(const struct mountlist *mounts, const struct mountlist_entry *mounted,
		      const struct mountlist_entry *top)
{
	for (size_t depth = 0; mounted && depth < mounts->n_entries; depth++) {
		const struct mountlist_entry *parent = NULL;

		if (mounted->parent == top->id)
			return true;
		for (size_t i = 0; !parent && i < mounts->n_entries; i++)
			if (mounts->entries[i].id == mounted->parent &&
			    &mounts->entries[i] != mounted)
				parent = &mounts->entries[i];
		mounted = parent;
	}
	return false;
}

/* Takes off what is mounted within a row (rbind), the last first. */
static int unmount_submounts(int root, const struct mountlist *mounts,
			     const struct mountlist_entry *top, struct submount *submounts,
			     size_t *n_submounts, struct error *error)
{
	for (size_t i = mounts->n_entries; i > 0; i--) {
		const char *target = mounts->entries[i - 1].target;
		cleanup(cleanup_fd) int fd = -1;
		int result;

		if (!is_within(mounts, &mounts->entries[i - 1], top) || !is_mounted(root, target))
			continue;
		fd = target_open(root, target + 1);
		submounts[*n_submounts] =
			(struct submount){fd < 0 ? -1 : live_mount_clone(fd), target};
		if (submounts[*n_submounts].mount < 0)
			return error_set(error, errno, "'%s', mounted in it, cannot be copied: %m",
					 target);
		cleanup_fd(&fd);
		fd = -1;
		result = unmount(root, target, error);
		if (result < 0) {
			cleanup_fd(&submounts[*n_submounts].mount);
			return result;
		}
		++*n_submounts;
	}
	return 0;
}

/* Puts back what was taken off, where the row has to stay. */
static void restore_submounts(int root, struct submount *submounts, size_t n_submounts, bool stays)
{
	for (size_t i = n_submounts; i > 0; i--) {
		cleanup(cleanup_fd) int target = target_open(root, submounts[i - 1].target + 1);

		if (stays && target >= 0)
			syscall(SYS_move_mount, submounts[i - 1].mount, "", target, "",
				MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH);
		cleanup_fd(&submounts[i - 1].mount);
	}
}

/* Where else in the namespace what the row shows is mounted; NULL for nowhere. */
static const char *find_elsewhere(const struct mountlist *mounts, int root,
				  const struct stat *source)
{
	for (size_t i = 0; source->st_ino && i < mounts->n_entries; i++) {
		const char *target = mounts->entries[i].target;
		cleanup(cleanup_fd) int fd = target_open(root, target + 1);
		struct stat stat;

		if (fd >= 0 && fstat(fd, &stat) == 0 && stat.st_ino == source->st_ino &&
		    stat.st_dev == source->st_dev)
			return target;
	}
	return NULL;
}

/*
 * The row is not where it was. `nofail` may have left it out, or root unmounted it; but a user who
 * renames a directory above it takes it along, and is not to keep it so.
 */
static int check_missing_row(const struct mountlist *mounts, const struct live_unmount *row,
			     int root, struct error *error)
{
	const char *elsewhere = find_elsewhere(mounts, root, &row->source);

	if (elsewhere)
		return error_set(error, ESTALE,
				 "it is not there, but what it shows is mounted on '%s'; it takes "
				 "a new login",
				 elsewhere);
	if (row->may_be_missing)
		return 1;
	return error_set(error, ESTALE,
			 "it is not there: it was unmounted, or a directory above it was renamed; "
			 "it takes a new login");
}

int live_unmount_row(const struct mountlist *mounts, const struct live_unmount *row, int root,
		     struct error *error)
{
	const char *target = row->target;
	const struct mountlist_entry *top = find_top(mounts, target);
	cleanup(cleanup_free) struct submount *submounts = NULL;
	size_t n_submounts = 0;
	int result;

	if (!is_mounted(root, target))
		return check_missing_row(mounts, row, root, error);
	result = check_uncovered(root, target, error);
	if (result < 0)
		return result;
	submounts = calloc(mounts->n_entries + 1, sizeof(*submounts));
	if (!submounts)
		return error_no_memory(error);
	if (top)
		result = unmount_submounts(root, mounts, top, submounts, &n_submounts, error);
	if (result == 0)
		result = unmount(root, target, error);
	restore_submounts(root, submounts, n_submounts, result < 0);
	return result;
}
