/* SPDX-License-Identifier: BSD-3-Clause */
#include "made.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "cleanup.h"
#include "path.h"
#include "target.h"

#define RESOLVE_PARENT (RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS)

/* WHAT could not be made, by the name PATH. */
static int say(const char *what, const char *path, int number, struct error *error)
{
	if (number == EACCES)
		return error_say(error, number,
				 "cannot make the %s '%s': " PATH_REFUSES_ROOT
				 "; make it by hand, as the user or on the server",
				 what, path);
	return error_say(error, number, "cannot make the %s '%s': %s", what, path,
			 strerror(number));
}

static void clear(struct made_entry *entry)
{
	cleanup_fd(&entry->base);
	free(entry->path);
}

/* Fills in ENTRY for what is about to be made in PLACE. */
static int fill(struct made_entry *entry, const struct made_place *place, int flags,
		struct error *error)
{
	struct stat parent;

	if (path_examine(place->directory, &parent) < 0)
		return error_say(error, errno, "a directory cannot be examined: %m");
	entry->parent_device = parent.st_dev;
	entry->parent_inode = parent.st_ino;
	entry->flags = flags;
	entry->path = strdup(place->path);
	if (!entry->path)
		return error_say(error, ENOMEM, "out of memory");
	entry->base = fcntl(place->base, F_DUPFD_CLOEXEC, 3);
	if (entry->base >= 0)
		return 0;
	error_say(error, errno, "cannot keep a directory open: %m");
	free(entry->path);
	return -error->number;
}

/* Room on the list before anything is made that could then not be listed. */
static int reserve(struct made *made, const struct made_place *place, int flags,
		   struct error *error)
{
	struct made_entry *entries;

	if (place->base < 0)
		return 0;
	entries = reallocarray(made->entries, made->n_entries + 1, sizeof(*entries));
	if (!entries)
		return error_say(error, ENOMEM, "out of memory");
	made->entries = entries;
	return fill(&entries[made->n_entries], place, flags, error);
}

/* Keeps what was reserved where something was MADE, and drops it where not. */
static void settle(struct made *made, const struct made_place *place, bool was_made)
{
	if (place->base < 0)
		return;
	if (was_made)
		made->n_entries++;
	else
		clear(&made->entries[made->n_entries]);
}

int made_directory(struct made *made, const struct made_place *place, mode_t mode,
		   struct error *error)
{
	const char *name = target_last(place->path);
	int fd, result;

	result = reserve(made, place, AT_REMOVEDIR, error);
	if (result < 0)
		return result;
	result = mkdirat(place->directory, name, mode) < 0 ? -errno : 0;
	settle(made, place, result == 0);
	/* Two logins at once: the other one's directory serves as well. */
	if (result < 0 && result != -EEXIST)
		return say("directory", place->path, -result, error);
	fd = openat(place->directory, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return error_say(error, errno, "cannot open the directory '%s': %m", place->path);
	return fd;
}

int made_file(struct made *made, const struct made_place *place, struct error *error)
{
	const char *name = target_last(place->path);
	int fd, result;

	result = reserve(made, place, 0, error);
	if (result < 0)
		return result;
	result = mknodat(place->directory, name, S_IFREG | 0444, 0) < 0 ? -errno : 0;
	settle(made, place, result == 0);
	if (result < 0 && result != -EEXIST)
		return say("file", place->path, -result, error);
	fd = openat(place->directory, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return error_say(error, errno, "cannot open the file '%s': %m", place->path);
	return fd;
}

static bool is_link_to(int directory, const char *name, const char *text)
{
	char found[PATH_MAX];
	ssize_t length = readlinkat(directory, name, found, sizeof(found));

	return length == (ssize_t)strlen(text) && memcmp(found, text, (size_t)length) == 0;
}

int made_link(struct made *made, const struct made_place *place, const char *text,
	      struct error *error)
{
	const char *name = target_last(place->path);
	int result = reserve(made, place, 0, error);

	if (result < 0)
		return result;
	result = symlinkat(text, place->directory, name) < 0 ? -errno : 0;
	settle(made, place, result == 0);
	/* In a directory of the host's, an earlier session's link serves as well. */
	if (result == 0 || (result == -EEXIST && is_link_to(place->directory, name, text)))
		return 0;
	return say("link", place->path, -result, error);
}

static void forget(struct made *made)
{
	for (size_t i = 0; i < made->n_entries; i++)
		clear(&made->entries[i]);
	free(made->entries);
	*made = (struct made){0};
}

void made_keep(struct made *made)
{
	forget(made);
}

/* The directory that ENTRY was made in, or -1 where its name means another by now. */
static int reopen_parent(const struct made_entry *entry)
{
	struct open_how how = {.flags = O_PATH | O_DIRECTORY | O_CLOEXEC,
			       .resolve = RESOLVE_PARENT};
	cleanup(cleanup_free) char *path = strdup(entry->path);
	cleanup(cleanup_fd) int fd = -1;
	struct stat stat;
	char *slash;

	if (!path)
		return -1;
	slash = strrchr(path, '/');
	if (slash)
		*slash = '\0';
	fd = (int)syscall(SYS_openat2, entry->base, slash ? path : ".", &how, sizeof(how));
	if (fd < 0 || fstat(fd, &stat) < 0 || stat.st_dev != entry->parent_device ||
	    stat.st_ino != entry->parent_inode)
		return -1;
	return steal_fd(&fd);
}

void made_undo(struct made *made)
{
	for (size_t i = made->n_entries; i > 0; i--) {
		const struct made_entry *entry = &made->entries[i - 1];
		cleanup(cleanup_fd) int parent = reopen_parent(entry);

		if (parent >= 0)
			unlinkat(parent, target_last(entry->path), entry->flags);
	}
	forget(made);
}
