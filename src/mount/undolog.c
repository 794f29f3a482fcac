/* SPDX-License-Identifier: BSD-3-Clause */
#include "undolog.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "cleanup.h"
#include "names.h"
#include "path.h"
#include "target.h"

#define RESOLVE_PARENT (RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS)

/* WHAT could not be made, by the name PATH. */
static int set_create_error(const char *what, const char *path, int number, struct error *error)
{
	if (number == EACCES)
		return error_set(error, number,
				 "cannot make the %s '%s': " PATH_REFUSES_ROOT
				 "; make it by hand, as the user or on the server",
				 what, path);
	if (number == ENOSPC)
		return error_set(
			error, number,
			"cannot make the %s '%s': %s; give the filesystem more room (size=), or "
			"inodes (nr_inodes=)",
			what, path, strerror(number));
	return error_set(error, number, "cannot make the %s '%s': %s", what, path,
			 strerror(number));
}

static void clear_entry(struct undolog_entry *entry)
{
	cleanup_fd(&entry->base);
	free(entry->path);
}

/* Fills in ENTRY for what is about to be made in PLACE. */
static int fill_entry(struct undolog_entry *entry, const struct undolog_place *place, int flags,
		      struct error *error)
{
	struct stat parent;

	if (path_examine(place->directory, &parent) < 0)
		return error_set(error, errno, "a directory cannot be examined: %m");
	entry->parent_device = parent.st_dev;
	entry->parent_inode = parent.st_ino;
	entry->flags = flags;
	entry->path = strdup(place->path);
	if (!entry->path)
		return error_no_memory(error);
	entry->base = fcntl(place->base, F_DUPFD_CLOEXEC, 3);
	if (entry->base >= 0)
		return 0;
	error_set(error, errno, "cannot keep a directory open: %m");
	free(entry->path);
	return -error->number;
}

/* Room on the list before anything is made that could then not be listed. */
static int reserve_entry(struct undolog *undo, const struct undolog_place *place, int flags,
			 struct error *error)
{
	struct undolog_entry *entries;

	if (place->base < 0)
		return 0;
	entries = reallocarray(undo->entries, undo->n_entries + 1, sizeof(*entries));
	if (!entries)
		return error_no_memory(error);
	undo->entries = entries;
	return fill_entry(&entries[undo->n_entries], place, flags, error);
}

/* Keeps the reserved entry if something was made, and drops it otherwise. */
static void commit_entry(struct undolog *undo, const struct undolog_place *place, bool was_made)
{
	if (place->base < 0)
		return;
	if (was_made)
		undo->n_entries++;
	else
		clear_entry(&undo->entries[undo->n_entries]);
}

int undolog_mkdir(struct undolog *undo, const struct undolog_place *place, mode_t mode,
		  struct error *error)
{
	const char *name = name_last(place->path);
	int fd, result;

	result = reserve_entry(undo, place, AT_REMOVEDIR, error);
	if (result < 0)
		return result;
	result = mkdirat(place->directory, name, mode) < 0 ? -errno : 0;
	commit_entry(undo, place, result == 0);
	/* Another login at the same time may have made it: its directory is used. */
	if (result < 0 && result != -EEXIST)
		return set_create_error("directory", place->path, -result, error);
	fd = openat(place->directory, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return error_set(error, errno, "cannot open the directory '%s': %m", place->path);
	return fd;
}

int undolog_mkfile(struct undolog *undo, const struct undolog_place *place, struct error *error)
{
	const char *name = name_last(place->path);
	int fd, result;

	result = reserve_entry(undo, place, 0, error);
	if (result < 0)
		return result;
	result = mknodat(place->directory, name, S_IFREG | 0444, 0) < 0 ? -errno : 0;
	commit_entry(undo, place, result == 0);
	if (result < 0 && result != -EEXIST)
		return set_create_error("file", place->path, -result, error);
	fd = openat(place->directory, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return error_set(error, errno, "cannot open the file '%s': %m", place->path);
	return fd;
}

static bool is_link_to(int directory, const char *name, const char *text)
{
	char found[PATH_MAX];
	ssize_t length = readlinkat(directory, name, found, sizeof(found));

	return length == (ssize_t)strlen(text) && memcmp(found, text, (size_t)length) == 0;
}

int undolog_symlink(struct undolog *undo, const struct undolog_place *place, const char *text,
		    struct error *error)
{
	const char *name = name_last(place->path);
	int result = reserve_entry(undo, place, 0, error);

	if (result < 0)
		return result;
	result = symlinkat(text, place->directory, name) < 0 ? -errno : 0;
	commit_entry(undo, place, result == 0);
	/* In a directory of the host's, an earlier session may have made the same link. */
	if (result == 0 || (result == -EEXIST && is_link_to(place->directory, name, text)))
		return 0;
	return set_create_error("link", place->path, -result, error);
}

static void forget_entries(struct undolog *undo)
{
	for (size_t i = 0; i < undo->n_entries; i++)
		clear_entry(&undo->entries[i]);
	free(undo->entries);
	*undo = (struct undolog){0};
}

void undolog_commit(struct undolog *undo)
{
	forget_entries(undo);
}

/*
 * The directory that ENTRY was made in, or -1 if its name means another one by now. Nothing is
 * allocated: memory may be what the session was refused for.
 */
static int reopen_parent(const struct undolog_entry *entry)
{
	struct open_how how = {.flags = O_PATH | O_DIRECTORY | O_CLOEXEC,
			       .resolve = RESOLVE_PARENT};
	cleanup(cleanup_fd) int fd = -1;
	char path[PATH_MAX], *slash;
	struct stat stat;

	if (strlen(entry->path) >= sizeof(path))
		return -1;
	strcpy(path, entry->path);
	slash = strrchr(path, '/');
	if (slash)
		*slash = '\0';
	fd = (int)syscall(SYS_openat2, entry->base, slash ? path : ".", &how, sizeof(how));
	if (fd < 0 || fstat(fd, &stat) < 0 || stat.st_dev != entry->parent_device ||
	    stat.st_ino != entry->parent_inode)
		return -1;
	return steal_fd(&fd);
}

void undolog_roll_back(struct undolog *undo)
{
	for (size_t i = undo->n_entries; i > 0; i--) {
		const struct undolog_entry *entry = &undo->entries[i - 1];
		cleanup(cleanup_fd) int parent = reopen_parent(entry);

		if (parent >= 0)
			unlinkat(parent, name_last(entry->path), entry->flags);
	}
	forget_entries(undo);
}
