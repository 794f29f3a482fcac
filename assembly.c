/* SPDX-License-Identifier: BSD-3-Clause */
#include "assembly.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "cleanup.h"
#include "kernel.h"
#include "landlock.h"
#include "made.h"
#include "mount.h"
#include "path.h"

/* A target holds no symbolic link at all, and nothing leads out of the mount that it lies in. */
#define RESOLVE_TARGET (RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS)

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

/* What `nofail` is for: something is not there. A mistake in the row, or distrust, is never passed.
 */
static bool may_skip(const struct row *row, int result)
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
		if (part->mount >= 0 || may_skip(part->row, part->mount))
			continue;
		error_place(error, assembly->tree->file, part->row->line);
		return part->mount;
	}
	return 0;
}

/* What of TARGET lies below DIRECTORY ("" for the same), or NULL where it does not. */
static const char *below(const char *target, const char *directory)
{
	size_t length = strcmp(directory, "/") == 0 ? 0 : strlen(directory);

	if (strncmp(target, directory, length) != 0)
		return NULL;
	if (target[length] == '\0')
		return target + length;
	return target[length] == '/' ? target + length + 1 : NULL;
}

/* The mount that a target lies in once the rows before it are mounted: the last one above it. */
static const struct part *covering_part(const struct assembly *assembly, size_t index,
					const char **rest)
{
	for (size_t i = index; i > 0; i--) {
		const struct part *part = &assembly->parts[i - 1];

		*rest = below(assembly->parts[index].row->target, part->row->target);
		if (part->mount >= 0 && *rest)
			return part;
	}
	return &assembly->parts[0];
}

/*
 * What the kernel knows without asking anyone is opened at once. On autofs that is all: a look-up
 * there would wait for a daemon, maybe for ever.
 */
static int open_component(int directory, const char *name)
{
	struct open_how how = {.flags = O_PATH | O_CLOEXEC,
			       .resolve = RESOLVE_TARGET | RESOLVE_CACHED};
	int fd = (int)syscall(SYS_openat2, directory, name, &how, sizeof(how));
	struct statfs statfs;

	if (fd >= 0 || errno != EAGAIN)
		return fd < 0 ? -errno : fd;
	if (fstatfs(directory, &statfs) == 0 && statfs.f_type == AUTOFS_SUPER_MAGIC)
		return -ETIMEDOUT;
	how.resolve = RESOLVE_TARGET;
	fd = (int)syscall(SYS_openat2, directory, name, &how, sizeof(how));
	if (fd < 0)
		return errno == EAGAIN ? -ETIMEDOUT : -errno;
	return fd;
}

/* Opens NAME beneath DIRECTORY, or DIRECTORY itself, which may then be a file, for "". */
static int open_beneath(int directory, const char *name)
{
	char path[PATH_MAX], *rest = path, *component;
	int fd = -1, next;

	if ((size_t)snprintf(path, sizeof(path), "%s", name) >= sizeof(path))
		return -ENAMETOOLONG;
	while ((component = strsep(&rest, "/")) && *component) {
		next = open_component(fd < 0 ? directory : fd, component);
		cleanup_fd(&fd);
		fd = next;
		if (fd < 0)
			return fd;
	}
	if (fd < 0)
		fd = fcntl(directory, F_DUPFD_CLOEXEC, 3);
	return fd < 0 ? -errno : fd;
}

static int say_target(const struct row *row, int number, struct error *error)
{
	switch (number) {
	case ENOENT:
		return error_say(error, number,
				 "the target '%s' does not exist in the tree; make it there, or "
				 "add X-mount.mkdir",
				 row->target);
	case ELOOP:
		return error_say(error, number,
				 "the target '%s' passes through a symbolic link; write the path "
				 "that it stands for",
				 row->target);
	case ETIMEDOUT:
		return error_say(error, number,
				 "the target '%s' lies on an automounter that has not mounted it; "
				 "give what is to be there a row of its own before this one",
				 row->target);
	default:
		return error_say(error, number, "the target '%s': %s", row->target,
				 strerror(number));
	}
}

static const char *last_component(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
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
	const char *name = last_component(path);
	int fd = make ? make_new(covering, directory, name, S_IFDIR | 0755) : -1;

	if (fd < 0)
		fd = open_component(directory, name);
	if (fd == -ENOENT && make)
		return made_directory(&assembly->made,
				      &(struct made_place){covering->host, path, directory}, 0755,
				      error);
	return fd < 0 ? say_target(row, -fd, error) : fd;
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
	const char *name = last_component(path);
	struct made_place place;
	struct stat stat;
	mode_t mode;
	int parent, target;

	parent = open_parent(assembly, part->row, covering, path, true, &opened, error);
	if (parent < 0)
		return parent;
	if (fstat(part->mount, &stat) < 0)
		return error_say(error, errno, "the source cannot be examined: %m");
	mode = S_ISDIR(stat.st_mode) ? S_IFDIR | part->row->make_mode : S_IFREG | 0444;
	target = make_new(covering, parent, name, mode);
	if (target < 0)
		target = open_component(parent, name);
	if (target >= 0)
		return target;
	if (target != -ENOENT)
		return say_target(part->row, -target, error);
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
	fd = open_beneath(covering->mount, path);
	return fd < 0 ? say_target(part->row, -fd, error) : fd;
}

/* A directory goes on a directory, a file on a file: the kernel would only say ENOTDIR. */
static int check_kinds(const struct part *part, int target, struct error *error)
{
	struct stat source_stat, target_stat;

	if (fstat(part->mount, &source_stat) < 0 || fstat(target, &target_stat) < 0)
		return error_say(error, errno, "the target cannot be examined: %m");
	/* A link that came to lie where a file was just made is somebody's attempt. */
	if (S_ISLNK(target_stat.st_mode))
		return say_target(part->row, ELOOP, error);
	if (S_ISDIR(source_stat.st_mode) == S_ISDIR(target_stat.st_mode))
		return 0;
	return error_say(error, ENOTDIR, "'%s' is %s, but its target '%s' is %s", part->row->source,
			 S_ISDIR(source_stat.st_mode) ? "a directory" : "not a directory",
			 part->row->target, S_ISDIR(target_stat.st_mode) ? "one" : "not one");
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
	return check_kinds(part, part->target, error);
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
		if (!may_skip(part->row, result)) {
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
		if (fstat(part->mount, &stat) < 0)
			result = error_say(error, errno, "'%s' cannot be examined: %m",
					   part->row->target);
		else if (S_ISSOCK(stat.st_mode))
			result = landlock_allow_socket(ruleset, part->mount, error);
	}
	return result;
}

/*
 * The session's user may have renamed the directory that a row's target lies in, and put something
 * else there: a mount is what no user can make. Links are not followed: RESOLVE_TARGET.
 */
static int allow_target(const struct row *row, int root, int ruleset, struct error *error)
{
	const struct open_how how = {.flags = O_PATH | O_CLOEXEC, .resolve = RESOLVE_TARGET};
	cleanup(cleanup_fd) int fd =
		(int)syscall(SYS_openat2, root, row->target + 1, &how, sizeof(how));
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

static int say_distrust(const struct assembly *assembly, unsigned line, const char *place,
			const struct stat *stat, struct error *error)
{
	error_place(error, assembly->tree->file, line);
	return error_say(error, EPERM,
			 "in this tree '%s' %s (uid %u, mode %04o): root's code is loaded from "
			 "there; it must be root's, and writable by no one else (for a tmpfs write "
			 "mode=0755)",
			 place, path_distrust(stat), (unsigned)stat->st_uid,
			 (unsigned)stat->st_mode & 07777);
}

/* What is mounted where root's code is loaded from, whatever the row made it from. */
static int check_mounts(const struct assembly *assembly, struct error *error)
{
	for (size_t i = 0; i < assembly->tree->n_rows; i++) {
		const struct part *part = &assembly->parts[i];
		struct stat stat;

		if (part->mount < 0 || !mount_is_trusted_place(part->row->target))
			continue;
		if (fstat(part->mount, &stat) < 0)
			return error_say(error, errno, "'%s' cannot be examined: %m",
					 part->row->target);
		if (path_distrust(&stat))
			return say_distrust(assembly, part->row->line, part->row->target, &stat,
					    error);
	}
	return 0;
}

/* What OpenSSH asks of a ChrootDirectory, asked of the tree as it is now, whatever rows made it. */
static int check_trust(const struct assembly *assembly, struct error *error)
{
	for (const char *const *place = mount_places; *place; place++) {
		const char *name = (*place)[1] ? *place + 1 : ".";
		struct stat stat;

		if (fstatat(assembly_root(assembly), name, &stat,
			    AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT) < 0)
			continue;
		/* A link's own mode says nothing. */
		if (S_ISLNK(stat.st_mode))
			stat.st_mode &= ~(mode_t)(S_IWGRP | S_IWOTH);
		if (path_distrust(&stat))
			return say_distrust(assembly, 0, *place, &stat, error);
	}
	return check_mounts(assembly, error);
}

int assembly_attach(struct assembly *assembly, struct error *error)
{
	for (size_t i = 1; i < assembly->tree->n_rows; i++) {
		const struct part *part = &assembly->parts[i];

		if (part->mount < 0)
			continue;
		if (syscall(SYS_move_mount, part->mount, "", part->target, "",
			    MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) == 0)
			continue;
		error_place(error, assembly->tree->file, part->row->line);
		if (errno == ENOSPC)
			return mount_say_limit("move_mount", error);
		if (errno == ELOOP)
			return error_say(
				error, ELOOP,
				"'%s' holds a namespace file (as snapd pins some) and "
				"cannot be mounted on '%s'; use bind instead of rbind, or a "
				"source without it",
				part->row->source, part->row->target);
		return error_say(error, errno, "'%s' cannot be mounted on '%s': %m",
				 part->row->source, part->row->target);
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
