/* SPDX-License-Identifier: BSD-3-Clause */
#include "undolog.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "cleanup.h"
#include "names.h"
#include "path.h"
#include "timedcall.h"

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
	if (number == ETIMEDOUT)
		return error_set(error, number,
				 "cannot make the %s '%s': its server did not answer within %d "
				 "seconds",
				 what, path, TIMED_CALL_SECONDS);
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
	entry->served = place->served;
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

/* What is made, and whether that was done; a child process may fill it in. */
struct creation {
	const char *what; /* for messages */
	mode_t mode;	  /* with the type, for mknod(2) */
	bool was_made;	  /* by this call, not by another login a moment before */
	char name[NAME_MAX + 1];
	char text[PATH_MAX]; /* of a symbolic link */
};

static int make_file(int directory, void *data)
{
	struct creation *creation = data;
	int result = S_ISDIR(creation->mode)
			     ? mkdirat(directory, creation->name, creation->mode & 07777)
			     : mknodat(directory, creation->name, creation->mode, 0);

	creation->was_made = result == 0;
	/* Another login at the same time may have made it: its directory is used. */
	return result == 0 || errno == EEXIST ? 0 : -errno;
}

static int open_made(int directory, void *data)
{
	const struct creation *creation = data;
	const int kind = S_ISDIR(creation->mode) ? O_DIRECTORY : 0;
	int fd = openat(directory, creation->name, O_PATH | O_NOFOLLOW | O_CLOEXEC | kind);

	return fd < 0 ? -errno : fd;
}

static bool is_link_to(int directory, const char *name, const char *text)
{
	char found[PATH_MAX];
	ssize_t length = readlinkat(directory, name, found, sizeof(found));

	return length == (ssize_t)strlen(text) && memcmp(found, text, (size_t)length) == 0;
}

static int make_symlink(int directory, void *data)
{
	struct creation *creation = data;

	creation->was_made = symlinkat(creation->text, directory, creation->name) == 0;
	if (creation->was_made)
		return 0;
	/* In a directory of the host's, an earlier session may have made the same link. */
	if (errno == EEXIST)
		return is_link_to(directory, creation->name, creation->text) ? 0 : -EEXIST;
	return -errno;
}

/* Makes what CREATION says in PLACE by MAKE, with an entry of it. Returns 0 or negative errno. */
static int create(struct undolog *undo, const struct undolog_place *place, timed_function *make,
		  struct creation *creation, struct error *error)
{
	const char *name = name_last(place->path);
	int result = reserve_entry(undo, place, S_ISDIR(creation->mode) ? AT_REMOVEDIR : 0, error);

	if (result < 0)
		return result;
	if ((size_t)snprintf(creation->name, sizeof(creation->name), "%s", name) >=
	    sizeof(creation->name))
		result = -ENAMETOOLONG;
	else
		result = timed_call_if(place->served, make, place->directory, creation,
				       sizeof(*creation), NULL);
	commit_entry(undo, place, creation->was_made);
	return result < 0 ? set_create_error(creation->what, place->path, -result, error) : 0;
}

/* A second call: were the server to stop answering now, what was made would have its entry. */
static int create_and_open(struct undolog *undo, const struct undolog_place *place,
			   struct creation *creation, struct error *error)
{
	int fd = -1, result = create(undo, place, make_file, creation, error);

	if (result < 0)
		return result;
	result = timed_call_if(place->served, open_made, place->directory, creation,
			       sizeof(*creation), &fd);
	if (result < 0)
		return error_set(error, -result, "cannot open the %s '%s': %s", creation->what,
				 place->path, strerror(-result));
	return fd;
}

int undolog_mkdir(struct undolog *undo, const struct undolog_place *place, mode_t mode,
		  struct error *error)
{
	struct creation creation = {.what = "directory", .mode = S_IFDIR | mode};

	return create_and_open(undo, place, &creation, error);
}

int undolog_mkfile(struct undolog *undo, const struct undolog_place *place, struct error *error)
{
	struct creation creation = {.what = "file", .mode = S_IFREG | 0444};

	return create_and_open(undo, place, &creation, error);
}

int undolog_symlink(struct undolog *undo, const struct undolog_place *place, const char *text,
		    struct error *error)
{
	struct creation creation = {.what = "link", .mode = S_IFLNK};

	if ((size_t)snprintf(creation.text, sizeof(creation.text), "%s", text) >=
	    sizeof(creation.text))
		return set_create_error(creation.what, place->path, ENAMETOOLONG, error);
	return create(undo, place, make_symlink, &creation, error);
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

/* What a child process needs of an entry. */
struct removal {
	char path[PATH_MAX];
	dev_t parent_device;
	ino_t parent_inode;
	int flags;
};

/* The directory that holds what REMOVAL names, or -1 if its name means another one by now. */
static int reopen_parent(int base, const struct removal *removal)
{
	struct open_how how = {.flags = O_PATH | O_DIRECTORY | O_CLOEXEC,
			       .resolve = RESOLVE_PARENT};
	cleanup(cleanup_fd) int fd = -1;
	char path[PATH_MAX], *slash;
	struct stat stat;

	strcpy(path, removal->path);
	slash = strrchr(path, '/');
	if (slash)
		*slash = '\0';
	fd = (int)syscall(SYS_openat2, base, slash ? path : ".", &how, sizeof(how));
	if (fd < 0 || fstat(fd, &stat) < 0 || stat.st_dev != removal->parent_device ||
	    stat.st_ino != removal->parent_inode)
		return -1;
	return steal_fd(&fd);
}

static int remove_beneath(int base, void *data)
{
	const struct removal *removal = data;
	cleanup(cleanup_fd) int parent = reopen_parent(base, removal);

	if (parent < 0 || unlinkat(parent, name_last(removal->path), removal->flags) < 0)
		return -errno;
	return 0;
}

/* Nothing is allocated: memory may be what the session was refused for. */
static void remove_entry(const struct undolog_entry *entry)
{
	struct removal removal = {.parent_device = entry->parent_device,
				  .parent_inode = entry->parent_inode,
				  .flags = entry->flags};

	if (strlen(entry->path) >= sizeof(removal.path))
		return;
	strcpy(removal.path, entry->path);
	timed_call_if(entry->served, remove_beneath, entry->base, &removal, sizeof(removal), NULL);
}

void undolog_roll_back(struct undolog *undo)
{
	for (size_t i = undo->n_entries; i > 0; i--)
		remove_entry(&undo->entries[i - 1]);
	forget_entries(undo);
}
