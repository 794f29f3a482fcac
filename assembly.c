/* SPDX-License-Identifier: BSD-3-Clause */
#include "assembly.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "cleanup.h"
#include "kernel.h"
#include "landlock.h"
#include "made.h"
#include "mount.h"
#include "path.h"
#include "target.h"

struct part {
	const struct row *row;
	int mount;  /* detached until attached; -1 for a symlink, or where nofail left it out */
	int host;   /* what a bind row's mount shows, on the host; -1 for other rows */
	int target; /* O_PATH, in the part that covers it */
};

struct assembly {
	const struct tree *tree;
	struct made made;
	struct part parts[]; /* one a row, in the tree's order */
};

bool assembly_may_skip(const struct row *row, int result)
{
	static const int missing[] = {ENOENT, ENOTDIR,	 ETIMEDOUT, ENODEV,	  ENXIO,
				      EIO,    ENOMEDIUM, ESTALE,    EHOSTUNREACH, ECONNREFUSED};

	for (size_t i = 0; i < sizeof(missing) / sizeof(*missing); i++)
		if (row->nofail && result == -missing[i])
			return true;
	return false;
}

static void leave_out(struct part *part)
{
	cleanup_fd(&part->mount);
	part->mount = -1;
}

static int open_sources(struct assembly *assembly, const struct subject *subject, int pid_namespace,
			struct error *error)
{
	const struct mounting mounting = {subject, &assembly->made, pid_namespace};

	for (size_t i = 0; i < assembly->tree->n_rows; i++) {
		struct part *part = &assembly->parts[i];

		if (part->row->kind == ROW_SYMLINK)
			continue;
		part->mount = mount_open(part->row, &mounting, &part->host, error);
		if (part->mount >= 0 || assembly_may_skip(part->row, part->mount))
			continue;
		error_place(error, assembly->tree->file, part->row->line);
		return part->mount;
	}
	return 0;
}

/* The mount that a target lies in once the rows before it are mounted: the last one above it. */
static const struct part *covering_part(const struct assembly *assembly, size_t index,
					const char **rest)
{
	for (size_t i = index; i > 0; i--) {
		const struct part *part = &assembly->parts[i - 1];

		*rest = target_below(assembly->parts[index].row->target, part->row->target);
		if (part->mount >= 0 && *rest)
			return part;
	}
	return &assembly->parts[0];
}

/*
 * Makes NAME, a directory or a file by the type in MODE, where it is new: so it mostly is in a
 * filesystem made for the session, where there is nothing to undo either. Negative where that is
 * not so, for whatever reason.
 */
static int make_new(const struct part *covering, int directory, const char *name, mode_t mode)
{
	int flags = O_PATH | O_NOFOLLOW | O_CLOEXEC | (S_ISDIR(mode) ? O_DIRECTORY : 0);

	if (covering->host >= 0)
		return -1;
	if (S_ISDIR(mode) ? mkdirat(directory, name, mode & 07777) < 0
			  : mknodat(directory, name, mode, 0) < 0)
		return -1;
	return openat(directory, name, flags);
}

/* Opens or makes one directory of a mount point's path, which is PATH in the part COVERING. */
static int enter_directory(struct assembly *assembly, const struct row *row,
			   const struct part *covering, int directory, const char *path, bool make,
			   struct error *error)
{
	const char *name = target_last(path);
	int fd = make ? make_new(covering, directory, name, S_IFDIR | 0755) : -1;

	if (fd < 0)
		fd = target_open(directory, name);
	if (fd == -ENOENT && make)
		return made_directory(&assembly->made,
				      &(struct made_place){covering->host, path, directory}, 0755,
				      error);
	return fd < 0 ? target_say(row, -fd, error) : fd;
}

/*
 * The directory that holds the last component of PATH in the part COVERING: *OPENED, which is the
 * caller's to close, or the part itself.
 */
static int open_parent(struct assembly *assembly, const struct row *row,
		       const struct part *covering, const char *path, bool make, int *opened,
		       struct error *error)
{
	int directory = covering->mount;

	for (const char *end = strchr(path, '/'); end; end = strchr(end + 1, '/')) {
		cleanup(cleanup_free) char *above = strndup(path, (size_t)(end - path));

		directory = above ? enter_directory(assembly, row, covering, directory, above, make,
						    error)
				  : error_say(error, ENOMEM, "out of memory");
		cleanup_fd(opened);
		*opened = directory;
		if (directory < 0)
			return directory;
	}
	return directory;
}

static int make_target(struct assembly *assembly, const struct part *part,
		       const struct part *covering, const char *path, struct error *error)
{
	cleanup(cleanup_fd) int opened = -1;
	const char *name = target_last(path);
	struct made_place place;
	struct stat stat;
	mode_t mode;
	int parent, target;

	parent = open_parent(assembly, part->row, covering, path, true, &opened, error);
	if (parent < 0)
		return parent;
	if (path_examine(part->mount, &stat) < 0)
		return error_say(error, errno, "the source cannot be examined: %m");
	mode = S_ISDIR(stat.st_mode) ? S_IFDIR | part->row->make_mode : S_IFREG | 0444;
	target = make_new(covering, parent, name, mode);
	if (target < 0)
		target = target_open(parent, name);
	if (target >= 0)
		return target;
	if (target != -ENOENT)
		return target_say(part->row, -target, error);
	place = (struct made_place){covering->host, path, parent};
	if (S_ISDIR(stat.st_mode))
		return made_directory(&assembly->made, &place, part->row->make_mode, error);
	return made_file(&assembly->made, &place, error);
}

static int open_target(struct assembly *assembly, const struct part *part,
		       const struct part *covering, const char *path, struct error *error)
{
	int fd;

	if (part->row->make_target && *path)
		return make_target(assembly, part, covering, path, error);
	fd = target_open(covering->mount, path);
	return fd < 0 ? target_say(part->row, -fd, error) : fd;
}

int assembly_check_kinds(const struct row *row, int mount, int target, struct error *error)
{
	struct stat source_stat, target_stat;

	if (path_examine(mount, &source_stat) < 0 || path_examine(target, &target_stat) < 0)
		return error_say(error, errno, "the target cannot be examined: %m");
	/* A link that came to lie where a file was just made is somebody's attempt. */
	if (S_ISLNK(target_stat.st_mode))
		return target_say(row, ELOOP, error);
	if (S_ISDIR(source_stat.st_mode) == S_ISDIR(target_stat.st_mode))
		return 0;
	return error_say(error, ENOTDIR, "'%s' is %s, but its target '%s' is %s", row->source,
			 S_ISDIR(source_stat.st_mode) ? "a directory" : "not a directory",
			 row->target, S_ISDIR(target_stat.st_mode) ? "one" : "not one");
}

static int make_link(struct assembly *assembly, const struct row *row, const struct part *covering,
		     const char *path, struct error *error)
{
	cleanup(cleanup_fd) int opened = -1;
	int parent;

	if (!*path)
		return error_say(error, EINVAL,
				 "the target '%s' is a mount, not a place for a link", row->target);
	parent = open_parent(assembly, row, covering, path, false, &opened, error);
	if (parent < 0)
		return parent;
	return made_link(&assembly->made, &(struct made_place){covering->host, path, parent},
			 row->source, error);
}

static int prepare_target(struct assembly *assembly, size_t index, struct error *error)
{
	struct part *part = &assembly->parts[index];
	const char *rest = "";
	const struct part *covering = covering_part(assembly, index, &rest);

	if (part->row->kind == ROW_SYMLINK)
		return make_link(assembly, part->row, covering, rest, error);
	part->target = open_target(assembly, part, covering, rest, error);
	if (part->target < 0)
		return part->target;
	return assembly_check_kinds(part->row, part->mount, part->target, error);
}

static bool is_wanted(const struct part *part)
{
	return part->mount >= 0 || part->row->kind == ROW_SYMLINK;
}

static int prepare_targets(struct assembly *assembly, struct error *error)
{
	for (size_t i = 1; i < assembly->tree->n_rows; i++) {
		struct part *part = &assembly->parts[i];
		int result = is_wanted(part) ? prepare_target(assembly, i, error) : 0;

		if (result == 0)
			continue;
		if (!assembly_may_skip(part->row, result)) {
			error_place(error, assembly->tree->file, part->row->line);
			return result;
		}
		leave_out(part);
	}
	return 0;
}

static int finish_mounts(struct assembly *assembly, struct error *error)
{
	for (size_t i = 0; i < assembly->tree->n_rows; i++) {
		const struct part *part = &assembly->parts[i];
		int result = part->mount < 0 ? 0 : mount_finish(part->mount, part->row, error);

		if (result < 0) {
			error_place(error, assembly->tree->file, part->row->line);
			return result;
		}
	}
	return 0;
}

static struct assembly *allocate(const struct tree *tree, struct error *error)
{
	struct assembly *assembly;

	assembly = calloc(1, sizeof(*assembly) + tree->n_rows * sizeof(assembly->parts[0]));
	if (!assembly) {
		error_say(error, ENOMEM, "out of memory");
		return NULL;
	}
	assembly->tree = tree;
	for (size_t i = 0; i < tree->n_rows; i++)
		assembly->parts[i] = (struct part){&tree->rows[i], -1, -1, -1};
	return assembly;
}

int assembly_open(const struct tree *tree, const struct subject *subject, int pid_namespace,
		  struct assembly **assembly, struct error *error)
{
	int result;

	*assembly = allocate(tree, error);
	if (!*assembly)
		return -ENOMEM;
	result = open_sources(*assembly, subject, pid_namespace, error);
	if (result == 0)
		result = prepare_targets(*assembly, error);
	if (result == 0)
		result = finish_mounts(*assembly, error);
	if (result < 0)
		assembly_free(steal_pointer(assembly));
	return result;
}

int assembly_root(const struct assembly *assembly)
{
	return assembly->parts[0].mount;
}

int assembly_allow_sockets(const struct assembly *assembly, int ruleset, struct error *error)
{
	int result = landlock_allow_files(ruleset, assembly_root(assembly), error);

	for (size_t i = 1; result == 0 && i < assembly->tree->n_rows; i++) {
		const struct part *part = &assembly->parts[i];
		struct stat stat;

		if (part->mount < 0)
			continue;
		if (path_examine(part->mount, &stat) < 0)
			result = error_say(error, errno, "'%s' cannot be examined: %m",
					   part->row->target);
		else if (S_ISSOCK(stat.st_mode))
			result = landlock_allow_socket(ruleset, part->mount, error);
	}
	return result;
}

/*
 * The session's user may have renamed the directory that a row's target lies in, and put something
 * else there: a mount is what no user can make. Links are not followed.
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

int assembly_allow_mounted(const struct tree *tree, int root, int ruleset, struct error *error)
{
	int result = landlock_allow_files(ruleset, root, error);

	for (size_t i = 1; result == 0 && i < tree->n_rows; i++)
		if (tree->rows[i].kind == ROW_BIND)
			result = allow_target(&tree->rows[i], root, ruleset, error);
	return result;
}

static int say_distrust(const char *place, const struct stat *stat, struct error *error)
{
	return error_say(error, EPERM,
			 "in this tree '%s' %s (uid %u, mode %04o): root's code is loaded from "
			 "there; it must be root's, and writable by no one else (for a tmpfs write "
			 "mode=0755)",
			 place, path_distrust(stat), (unsigned)stat->st_uid,
			 (unsigned)stat->st_mode & 07777);
}

int assembly_check_places(const char *target, int fd, struct error *error)
{
	for (const char *const *place = mount_places; *place; place++) {
		const char *rest = target_below(*place, target);
		struct stat stat;

		if (!rest || fstatat(fd, rest, &stat,
				     AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | AT_EMPTY_PATH) < 0)
			continue;
		/* A link's own mode says nothing. */
		if (S_ISLNK(stat.st_mode))
			stat.st_mode &= ~(mode_t)(S_IWGRP | S_IWOTH);
		if (path_distrust(&stat))
			return say_distrust(*place, &stat, error);
	}
	return 0;
}

int assembly_check_mount(const struct row *row, int mount, struct error *error)
{
	struct stat stat;

	if (!mount_is_trusted_place(row->target))
		return 0;
	if (fstat(mount, &stat) < 0)
		return error_say(error, errno, "'%s' cannot be examined: %m", row->target);
	return path_distrust(&stat) ? say_distrust(row->target, &stat, error) : 0;
}

/* What OpenSSH asks of a ChrootDirectory, asked of the tree as it is now, whatever rows made it. */
static int check_trust(const struct assembly *assembly, struct error *error)
{
	int result = assembly_check_places("/", assembly_root(assembly), error);

	if (result < 0)
		error_place(error, assembly->tree->file, 0);
	for (size_t i = 0; result == 0 && i < assembly->tree->n_rows; i++) {
		const struct part *part = &assembly->parts[i];

		if (part->mount >= 0)
			result = assembly_check_mount(part->row, part->mount, error);
		if (result < 0)
			error_place(error, assembly->tree->file, part->row->line);
	}
	return result;
}

int assembly_attach_row(const struct row *row, int mount, int target, struct error *error)
{
	if (syscall(SYS_move_mount, mount, "", target, "",
		    MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) == 0)
		return 0;
	if (errno == ENOSPC)
		return mount_say_limit("move_mount", error);
	if (errno == ELOOP)
		return error_say(error, ELOOP,
				 "'%s' holds a namespace file (as snapd pins some) and cannot be "
				 "mounted on '%s'; use bind instead of rbind, or a source without "
				 "it",
				 row->source, row->target);
	return error_say(error, errno, "'%s' cannot be mounted on '%s': %m", row->source,
			 row->target);
}

int assembly_attach(struct assembly *assembly, struct error *error)
{
	for (size_t i = 1; i < assembly->tree->n_rows; i++) {
		const struct part *part = &assembly->parts[i];
		int result = part->mount < 0 ? 0
					     : assembly_attach_row(part->row, part->mount,
								   part->target, error);

		if (result < 0) {
			error_place(error, assembly->tree->file, part->row->line);
			return result;
		}
	}
	return check_trust(assembly, error);
}

void assembly_keep(struct assembly *assembly)
{
	made_keep(&assembly->made);
}

void assembly_free(struct assembly *assembly)
{
	if (!assembly)
		return;
	made_undo(&assembly->made);
	for (size_t i = 0; i < assembly->tree->n_rows; i++) {
		cleanup_fd(&assembly->parts[i].mount);
		cleanup_fd(&assembly->parts[i].host);
		cleanup_fd(&assembly->parts[i].target);
	}
	free(assembly);
}
