/* SPDX-License-Identifier: BSD-3-Clause */
#include "assembly.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/stat.h>

#include "cleanup.h"
#include "home.h"
#include "kernel.h"
#include "label.h"
#include "limit.h"
#include "mount.h"
#include "names.h"
#include "path.h"
#include "server.h"
#include "target.h"
#include "targetcache.h"
#include "timedcall.h"
#include "trust.h"
#include "undolog.h"

#define RESOLVE_ON_HOST                                                                            \
	(RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS | RESOLVE_CACHED)

struct assembly_entry {
	const struct row *row;
	int mount;   /* detached until attached; -1 for a symlink, or a row left out by nofail */
	int source;  /* what a bind row mounts, on the host; -1 for other rows */
	int target;  /* the mount point, O_PATH, in the mount of an earlier row */
	bool served; /* mounting there may wait for a server */
};

struct assembly {
	const struct tree *tree;
	struct undolog undo;
	struct targetcache known;	 /* while targets are prepared */
	struct assembly_entry entries[]; /* one a row, in the tree's order */
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

static void drop_entry(struct assembly_entry *entry)
{
	cleanup_fd(&entry->mount);
	entry->mount = -1;
}

static int open_sources(struct assembly *assembly, const struct subject *subject, int pid_namespace,
			struct error *error)
{
	cleanup(pathcache_clear) struct pathcache known = {.count = 0};
	const struct mount_context context = {.subject = subject,
					      .undo = &assembly->undo,
					      .pid_namespace = pid_namespace,
					      .known = &known};

	for (size_t i = 0; i < assembly->tree->n_rows; i++) {
		struct assembly_entry *entry = &assembly->entries[i];
		int result;

		if (entry->row->kind == ROW_SYMLINK)
			continue;
		result = entry->mount = mount_open(entry->row, &context, &entry->source, error);
		if (result >= 0)
			result = home_check_target(assembly->tree, i, subject, error);
		if (result >= 0 || assembly_may_skip(entry->row, result))
			continue;
		error_place(error, entry->row->file, entry->row->line);
		return result;
	}
	return 0;
}

/* The last row before INDEX whose mount has the target of INDEX. *REST is the path in it. */
static const struct assembly_entry *covering_entry(const struct assembly *assembly, size_t index,
						   const char **rest)
{
	for (size_t i = index; i > 0; i--) {
		const struct assembly_entry *entry = &assembly->entries[i - 1];

		*rest = name_below(assembly->entries[index].row->target, entry->row->target);
		if (entry->mount >= 0 && *rest)
			return entry;
	}
	return &assembly->entries[0];
}

/* Whether both are on one filesystem. */
static bool is_same_device(int one, int other)
{
	struct stat a, b;

	return path_examine(one, &a) == 0 && path_examine(other, &b) == 0 && a.st_dev == b.st_dev;
}

/*
 * Whether mounting or making something in DIRECTORY, which is PATH in the mount of COVERING, may
 * wait for a server. The host has the source of a bind row attached, and what is mounted beneath
 * it: of these mounts every kernel tells it without a child process.
 */
static bool is_served(const struct assembly_entry *covering, const char *path, int directory)
{
	struct open_how how = {.flags = O_PATH | O_CLOEXEC, .resolve = RESOLVE_ON_HOST};
	cleanup(cleanup_fd) int beneath = -1;

	if (covering->source < 0)
		return covering->row->type && !server_type_is_local(covering->row->type);
	if (is_same_device(covering->source, directory))
		return server_of(covering->source).server != SERVER_NONE;
	if (*path)
		beneath = (int)syscall(SYS_openat2, covering->source, path, &how, sizeof(how));
	if (beneath >= 0 && is_same_device(beneath, directory))
		return server_of(beneath).server != SERVER_NONE;
	return server_of(directory).server != SERVER_NONE;
}

static int open_in_covering(const struct assembly_entry *covering, int directory, const char *path)
{
	return row_is_memory(covering->row) ? target_open_own(directory, path)
					    : target_open(directory, path);
}

static struct undolog_place place_in(const struct assembly_entry *covering, const char *path,
				     int directory)
{
	return (struct undolog_place){covering->source, path, directory,
				      is_served(covering, path, directory)};
}

/*
 * Makes NAME, a directory or a file by the type in MODE, in a filesystem made for the session.
 * There it mostly does not exist yet, and is not to be removed. Returns an O_PATH descriptor, or a
 * negative number if it exists or COVERING is a bind row.
 */
static int create_in_new_filesystem(const struct assembly_entry *covering, int directory,
				    const char *name, mode_t mode)
{
	int flags = O_PATH | O_NOFOLLOW | O_CLOEXEC | (S_ISDIR(mode) ? O_DIRECTORY : 0);

	if (covering->source >= 0 || is_served(covering, "", directory))
		return -1;
	if (S_ISDIR(mode) ? mkdirat(directory, name, mode & 07777) < 0
			  : mknodat(directory, name, mode, 0) < 0)
		return -1;
	return openat(directory, name, flags);
}

/* Opens or makes one directory of a mount point's path, which is PATH in the mount of COVERING. */
static int open_target_directory(struct assembly *assembly, const struct row *row,
				 const struct assembly_entry *covering, int directory,
				 const char *path, bool make, struct error *error)
{
	const char *name = name_last(path);
	int fd = make ? create_in_new_filesystem(covering, directory, name, S_IFDIR | 0755) : -1;

	if (fd < 0)
		fd = open_in_covering(covering, directory, name);
	if (fd == -ENOENT && make) {
		const struct undolog_place place = place_in(covering, path, directory);

		return undolog_mkdir(&assembly->undo, &place, 0755, error);
	}
	return fd < 0 ? target_set_error(row, -fd, error) : fd;
}

/*
 * The directory that holds the last component of PATH in the mount of COVERING: *OPENED, which the
 * caller closes, or the mount itself, or one that the assembly keeps.
 */
static int open_target_parent(struct assembly *assembly, const struct row *row,
			      const struct assembly_entry *covering, const char *path, bool make,
			      int *opened, struct error *error)
{
	struct targetcache *known = row_is_memory(covering->row) ? &assembly->known : NULL;
	size_t skip = 0;
	int directory = known ? targetcache_find(known, covering->mount, path, &skip) : -1;

	if (directory < 0)
		directory = covering->mount;
	for (const char *end = strchr(path + skip, '/'); end; end = strchr(end + 1, '/')) {
		cleanup(cleanup_free) char *above = strndup(path, (size_t)(end - path));

		directory = above ? open_target_directory(assembly, row, covering, directory, above,
							  make, error)
				  : error_no_memory(error);
		cleanup_fd(opened);
		*opened = directory;
		if (directory < 0)
			return directory;
		if (known &&
		    targetcache_keep(known, covering->mount, path, (size_t)(end - path), directory))
			*opened = -1;
	}
	return directory;
}

/* *MADE is whether the target was made, of the kind of ENTRY's mount, where only the session can
 * be.
 */
static int make_target(struct assembly *assembly, const struct assembly_entry *entry,
		       const struct assembly_entry *covering, const char *path, bool *made,
		       struct error *error)
{
	cleanup(cleanup_fd) int opened = -1;
	const char *name = name_last(path);
	struct undolog_place place;
	struct stat stat;
	mode_t mode;
	int parent, target;

	parent = open_target_parent(assembly, entry->row, covering, path, true, &opened, error);
	if (parent < 0)
		return parent;
	if (path_examine(entry->mount, &stat) < 0)
		return error_set(error, errno, "the source cannot be examined: %m");
	mode = S_ISDIR(stat.st_mode) ? S_IFDIR | entry->row->make_mode : S_IFREG | 0444;
	target = create_in_new_filesystem(covering, parent, name, mode);
	*made = target >= 0 && row_is_memory(covering->row);
	if (target < 0)
		target = open_in_covering(covering, parent, name);
	if (target >= 0)
		return target;
	if (target != -ENOENT)
		return target_set_error(entry->row, -target, error);
	place = place_in(covering, path, parent);
	if (S_ISDIR(stat.st_mode))
		return undolog_mkdir(&assembly->undo, &place, entry->row->make_mode, error);
	return undolog_mkfile(&assembly->undo, &place, error);
}

static int open_target(struct assembly *assembly, const struct assembly_entry *entry,
		       const struct assembly_entry *covering, const char *path, bool *made,
		       struct error *error)
{
	int fd;

	if (entry->row->make_target && *path)
		return make_target(assembly, entry, covering, path, made, error);
	fd = open_in_covering(covering, covering->mount, path);
	return fd < 0 ? target_set_error(entry->row, -fd, error) : fd;
}

int assembly_check_kinds(const struct row *row, int mount, int target, struct error *error)
{
	struct stat source_stat, target_stat;

	if (path_examine(mount, &source_stat) < 0 || path_examine(target, &target_stat) < 0)
		return error_set(error, errno, "the target cannot be examined: %m");
	/* A link in the place of a file that was just made is an attack. */
	if (S_ISLNK(target_stat.st_mode))
		return target_set_error(row, ELOOP, error);
	if (S_ISDIR(source_stat.st_mode) == S_ISDIR(target_stat.st_mode))
		return 0;
	return error_mark(
		error, CODE_SOURCE_KIND,
		error_set(error, ENOTDIR,
			  "'%s' is %s, but its target '%s' is %s: name a target of the same kind",
			  row->source,
			  S_ISDIR(source_stat.st_mode) ? "a directory" : "not a directory",
			  row->target, S_ISDIR(target_stat.st_mode) ? "one" : "not one"));
}

static int make_link(struct assembly *assembly, const struct row *row,
		     const struct assembly_entry *covering, const char *path, struct error *error)
{
	cleanup(cleanup_fd) int opened = -1;
	struct undolog_place place;
	int parent;

	if (!*path)
		return error_set(
			error, EINVAL,
			"the target '%s' is a mount, not a place for a link; write another target",
			row->target);
	parent = open_target_parent(assembly, row, covering, path, false, &opened, error);
	if (parent < 0)
		return parent;
	place = place_in(covering, path, parent);
	return undolog_symlink(&assembly->undo, &place, row->source, error);
}

static int prepare_target(struct assembly *assembly, size_t index, struct error *error)
{
	struct assembly_entry *entry = &assembly->entries[index];
	const char *rest = "";
	const struct assembly_entry *covering = covering_entry(assembly, index, &rest);
	bool made = false;

	if (entry->row->kind == ROW_SYMLINK)
		return make_link(assembly, entry->row, covering, rest, error);
	entry->target = open_target(assembly, entry, covering, rest, &made, error);
	if (entry->target < 0)
		return entry->target;
	entry->served = is_served(covering, rest, entry->target);
	return made ? 0 : assembly_check_kinds(entry->row, entry->mount, entry->target, error);
}

static bool takes_part(const struct assembly_entry *entry)
{
	return entry->mount >= 0 || entry->row->kind == ROW_SYMLINK;
}

static int prepare_targets(struct assembly *assembly, struct error *error)
{
	for (size_t i = 1; i < assembly->tree->n_rows; i++) {
		struct assembly_entry *entry = &assembly->entries[i];
		int result = takes_part(entry) ? prepare_target(assembly, i, error) : 0;

		if (result == 0)
			continue;
		if (!assembly_may_skip(entry->row, result)) {
			error_place(error, entry->row->file, entry->row->line);
			return result;
		}
		drop_entry(entry);
	}
	return 0;
}

static int finish_mounts(struct assembly *assembly, struct error *error)
{
	cleanup(labels_close) struct labels labels = {0};

	for (size_t i = 0; i < assembly->tree->n_rows; i++) {
		const struct assembly_entry *entry = &assembly->entries[i];
		int result = entry->mount < 0
				     ? 0
				     : labels_apply(&labels, entry->row, entry->mount, error);

		if (result == 0 && entry->mount >= 0)
			result = mount_finish(entry->mount, entry->row, error);
		if (result < 0) {
			error_place(error, entry->row->file, entry->row->line);
			return result;
		}
	}
	return 0;
}

static struct assembly *assembly_allocate(const struct tree *tree, struct error *error)
{
	struct assembly *assembly;

	assembly = calloc(1, sizeof(*assembly) + tree->n_rows * sizeof(assembly->entries[0]));
	if (!assembly) {
		error_no_memory(error);
		return NULL;
	}
	assembly->tree = tree;
	for (size_t i = 0; i < tree->n_rows; i++)
		assembly->entries[i] = (struct assembly_entry){&tree->rows[i], -1, -1, -1, false};
	return assembly;
}

int assembly_open(const struct tree *tree, const struct subject *subject, int pid_namespace,
		  struct assembly **assembly, struct error *error)
{
	int result;

	*assembly = assembly_allocate(tree, error);
	if (!*assembly)
		return -ENOMEM;
	result = open_sources(*assembly, subject, pid_namespace, error);
	if (result == 0)
		result = prepare_targets(*assembly, error);
	targetcache_clear(&(*assembly)->known);
	if (result == 0)
		result = finish_mounts(*assembly, error);
	if (result < 0)
		assembly_free(steal_pointer(assembly));
	return result;
}

int assembly_root(const struct assembly *assembly)
{
	return assembly->entries[0].mount;
}

int assembly_mount(const struct assembly *assembly, size_t index)
{
	return assembly->entries[index].mount;
}

/* Applies OpenSSH's rule for ChrootDirectory to the finished tree, whichever rows it is made of. */
static int check_trust(const struct assembly *assembly, struct error *error)
{
	int result = trust_check_places("/", assembly_root(assembly), error);

	if (result < 0)
		error_place(error, assembly->tree->file, 0);
	for (size_t i = 0; result == 0 && i < assembly->tree->n_rows; i++) {
		const struct assembly_entry *entry = &assembly->entries[i];

		if (entry->mount >= 0)
			result = trust_check_mount(entry->row, entry->mount, error);
		if (result < 0)
			error_place(error, entry->row->file, entry->row->line);
	}
	return result;
}

static int call_move_mount(int target, void *mount)
{
	return syscall(SYS_move_mount, *(int *)mount, "", target, "",
		       MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) < 0
		       ? -errno
		       : 0;
}

int assembly_attach_row(const struct row *row, int mount, int target, bool served,
			struct error *error)
{
	int result = served ? timed_call_of_two(call_move_mount, target, mount)
			    : call_move_mount(target, &mount);

	if (result == 0)
		return 0;
	if (result == -ENOSPC)
		return limit_set_error("move_mount", error);
	if (result == -ETIMEDOUT)
		return error_set(error, ETIMEDOUT,
				 "'%s' cannot be mounted on '%s': the target's server did not "
				 "answer another process within %d seconds",
				 row->source, row->target, TIMED_CALL_SECONDS);
	if (result == -ELOOP)
		return error_set(error, ELOOP,
				 "'%s' holds a namespace file (as snapd pins some) and cannot be "
				 "mounted on '%s'; use bind instead of rbind, or a source without "
				 "it",
				 row->source, row->target);
	return error_set(error, -result, "'%s' cannot be mounted on '%s': %s", row->source,
			 row->target, strerror(-result));
}

int assembly_attach(struct assembly *assembly, struct error *error)
{
	for (size_t i = 1; i < assembly->tree->n_rows; i++) {
		const struct assembly_entry *entry = &assembly->entries[i];
		int result = entry->mount < 0
				     ? 0
				     : assembly_attach_row(entry->row, entry->mount, entry->target,
							   entry->served, error);

		if (result < 0) {
			error_place(error, entry->row->file, entry->row->line);
			return result;
		}
	}
	return check_trust(assembly, error);
}

void assembly_keep(struct assembly *assembly)
{
	undolog_commit(&assembly->undo);
}

void assembly_free(struct assembly *assembly)
{
	if (!assembly)
		return;
	for (size_t i = 0; i < assembly->tree->n_rows; i++) {
		cleanup_fd(&assembly->entries[i].mount);
		cleanup_fd(&assembly->entries[i].source);
		cleanup_fd(&assembly->entries[i].target);
	}
	/* It needs descriptors, which may be what the session was refused for. */
	undolog_roll_back(&assembly->undo);
	free(assembly);
}
