/* SPDX-License-Identifier: BSD-3-Clause */
#include "removal_sweep.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "array.h"
#include "cleanup.h"
#include "deletion.h"
#include "inhabitant.h"
#include "names.h"
#include "path.h"
#include "record_directory.h"
#include "record_liveness.h"
#include "server.h"
#include "share.h"
#include "timedcall.h"

/* --- who uses a directory ------------------------------------------------------------------------
 */

bool removal_is_in_use(const struct removal_entry *entry, const char *boot)
{
	if (strcmp(entry->boot, boot) != 0)
		return false;
	if (entry->leader && record_process_start(entry->leader) == entry->leader_start)
		return true;
	/* Where that is not known, too. */
	return entry->namespace && inhabitant_find(entry->namespace) != 0;
}

bool removal_has_other_user(int list, const char *name, const struct removal_entry *entry,
			    const char *boot, char other[REMOVAL_NAME_SIZE])
{
	cleanup(cleanup_directory) DIR *names = runfile_list(list);
	const struct dirent *each;
	bool found = false;

	while (!found && names && (each = readdir(names))) {
		cleanup(removal_entry_clear) struct removal_entry read = {0};
		struct error ignored = {0};

		if (strcmp(each->d_name, name) == 0 ||
		    removal_list_read(list, each->d_name, &read, &ignored) < 0)
			continue;
		found = read.inode == entry->inode && strcmp(read.path, entry->path) == 0 &&
			removal_is_in_use(&read, boot);
		if (found && other)
			snprintf(other, REMOVAL_NAME_SIZE, "%.63s", each->d_name);
	}
	return found;
}

/*
 * A session of share=user joins with the lock of its user's records held. So once that was free,
 * and no process was in the namespace, and its record is gone, nobody joins it.
 */
static bool end_sharing(const struct removal_entry *entry, const char *boot)
{
	struct error ignored = {0};
	cleanup(cleanup_fd) int records = record_directory(entry->uid, false, &ignored);
	bool used;

	if (records >= 0 && share_lock(records, &ignored) < 0)
		return false;
	used = removal_is_in_use(entry, boot);
	if (records >= 0 && !used && entry->namespace)
		record_free(share_take(records, entry->namespace));
	if (records >= 0)
		share_unlock(records);
	return !used;
}

/* --- moving it away ------------------------------------------------------------------------------
 */

/* A change of names in a directory, for a child process. */
struct renaming {
	char from[NAME_MAX + 1], to[NAME_MAX + 1];
};

static int rename_in(int directory, void *data)
{
	const struct renaming *names = data;

	return renameat2(directory, names->from, directory, names->to, RENAME_NOREPLACE) < 0
		       ? -errno
		       : 0;
}

static int open_in_parent(int directory, void *data)
{
	const struct renaming *names = data;
	int fd = openat(directory, names->to, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

static int remove_in_parent(int directory, void *data)
{
	const struct renaming *names = data;

	return unlinkat(directory, names->to, AT_REMOVEDIR) < 0 && errno != ENOENT ? -errno : 0;
}

static bool is_parent_served(int directory)
{
	return server_of(directory).server != SERVER_NONE;
}

/* By its inode: a device's number may be another one after a boot. */
static bool is_of_entry(const struct stat *stat, const struct removal_entry *entry,
			const char *boot)
{
	return S_ISDIR(stat->st_mode) && stat->st_ino == entry->inode &&
	       (strcmp(entry->boot, boot) != 0 || stat->st_dev == entry->device);
}

/* The directory that was moved away before, in *DIRECTORY, or -1. */
static int open_moved(int parent, struct renaming *names, const struct removal_entry *entry,
		      const char *boot, int *directory)
{
	struct stat stat;
	int result = timed_call_if(is_parent_served(parent), open_in_parent, parent, names,
				   sizeof(*names), directory);

	if (result < 0)
		return result;
	if (path_examine(*directory, &stat) == 0 && is_of_entry(&stat, entry, boot))
		return 0;
	close(*directory);
	*directory = -1;
	return -ENOENT;
}

static int check_parent(const struct path *found, int result, const struct removal_entry *entry,
			struct error *error)
{
	struct stat parent;

	if (result < 0 && result != -ENOENT)
		return result;
	if (found->parent < 0 || path_examine(found->parent, &parent) < 0 ||
	    parent.st_ino != entry->parent_inode)
		return error_set(error, ESTALE,
				 "the directory that it was in is not there: is its filesystem "
				 "mounted?");
	if (found->parent_untrusted[0])
		return error_set(error, EPERM, "a user other than root can change its name now: %s",
				 found->parent_untrusted);
	return 0;
}

int removal_move_away(const char *name, const struct removal_entry *entry, const char *boot,
		      int *parent, int *directory, struct error *error)
{
	cleanup(path_close) struct path found = PATH_INIT;
	struct error why = {0};
	struct renaming names;
	int result = path_open(entry->path, &found, &why);

	result = check_parent(&found, result, entry, &why);
	if (result < 0)
		return error_set(error, -result, "%s", why.words);
	removal_list_moved_name(names.to, name);
	snprintf(names.from, sizeof(names.from), "%s", found.name);
	result = open_moved(found.parent, &names, entry, boot, directory);
	if (result == -ENOENT && found.fd >= 0 && is_of_entry(&found.stat, entry, boot)) {
		result = timed_call_if(is_parent_served(found.parent), rename_in, found.parent,
				       &names, sizeof(names), NULL);
		if (result == 0)
			result = open_moved(found.parent, &names, entry, boot, directory);
	}
	if (result < 0 && result != -ENOENT)
		error_set(error, -result, "it cannot be moved away: %s",
			  result == -EBUSY ? "something is mounted on it" : strerror(-result));
	*parent = result < 0 ? -1 : steal_fd(&found.parent);
	return result;
}

/* --- taking it away ------------------------------------------------------------------------------
 */

/* Whoever the other entries of the same directory belong to: it has none any more. */
static void drop_others(int list, const char *name, const struct removal_entry *entry)
{
	cleanup(cleanup_directory) DIR *names = runfile_list(list);
	const struct dirent *each;

	while (names && (each = readdir(names))) {
		cleanup(removal_entry_clear) struct removal_entry read = {0};
		struct error ignored = {0};

		if (strcmp(each->d_name, name) != 0 &&
		    removal_list_read(list, each->d_name, &read, &ignored) == 0 &&
		    read.inode == entry->inode && strcmp(read.path, entry->path) == 0)
			unlinkat(list, each->d_name, 0);
	}
}

/* With the list locked. Returns 0 where *DIRECTORY is to be emptied, 1 where nothing is to be done.
 */
static int move_unused(int list, char name[REMOVAL_NAME_SIZE], const struct removal_entry *entry,
		       const char *boot, int *parent, int *directory, struct error *error)
{
	char other[REMOVAL_NAME_SIZE];
	const char *pid;
	int result;

	if (removal_has_other_user(list, name, entry, boot, other)) {
		pid = strchr(other, '.');
		removal_list_give(list, name, boot, pid ? (pid_t)atoi(pid + 1) : 0);
		return 1;
	}
	removal_list_give(list, name, boot, getpid());
	result = removal_move_away(name, entry, boot, parent, directory, error);
	if (result == 0 || result == -ENOENT)
		drop_others(list, name, entry);
	if (result != -ENOENT)
		return result;
	unlinkat(list, name, 0);
	return 1;
}

static int empty_and_remove(const char *name, const struct removal_entry *entry, int parent,
			    int directory, struct error *error)
{
	struct error why = {0};
	struct renaming names;
	int result = deletion_run(directory, entry->uid, entry->gid, &why), removed;

	removal_list_moved_name(names.to, name);
	removed = timed_call_if(is_parent_served(parent), remove_in_parent, parent, &names,
				sizeof(names), NULL);
	if (removed == 0)
		return 0;
	return error_set(error, result < 0 ? -result : -removed, "%s",
			 result < 0 ? why.words : strerror(-removed));
}

static int place_left(const struct removal_entry *entry, struct error *error)
{
	char words[sizeof(error->words)];

	snprintf(words, sizeof(words), "%s", error->words);
	return error_set(error, error->number,
			 "'%.300s', or a part of it, which a session of uid %u has left, is not "
			 "removed: %.400s; 'nstree clean' tries it again",
			 entry->path, (unsigned)entry->uid, words);
}

int removal_take_away(int list, char name[REMOVAL_NAME_SIZE], const char *boot, struct error *error)
{
	cleanup(removal_entry_clear) struct removal_entry entry = {0};
	cleanup(cleanup_fd) int parent = -1;
	cleanup(cleanup_fd) int directory = -1;
	int result = removal_list_read(list, name, &entry, error);

	if (result < 0) {
		*error = (struct error){0};
		/* Not written to the end, so that its directory was never given to a user. */
		if (result == -EBADMSG)
			unlinkat(list, name, 0);
		return 0;
	}
	if (!end_sharing(&entry, boot))
		return 1;
	result = removal_list_lock(list, error);
	if (result == 0) {
		result = move_unused(list, name, &entry, boot, &parent, &directory, error);
		removal_list_unlock(list);
	}
	if (result == 0)
		result = empty_and_remove(name, &entry, parent, directory, error);
	if (result == 0)
		unlinkat(list, name, 0);
	if (result >= 0)
		return 0;
	removal_list_give(list, name, boot, 0);
	return place_left(&entry, error);
}

/* --- all of them ---------------------------------------------------------------------------------
 */

bool removal_is_any_left(bool all)
{
	struct error ignored = {0};
	cleanup(cleanup_fd) int list = -1;
	cleanup(cleanup_directory) DIR *names = NULL;
	char boot[REMOVAL_BOOT_SIZE];
	const struct dirent *each;

	if (access(REMOVAL_DIRECTORY, F_OK) < 0)
		return false;
	list = removal_list_open(false, &ignored);
	names = list < 0 ? NULL : runfile_list(list);
	if (!names || removal_list_boot(boot, &ignored) < 0)
		return false;
	while ((each = readdir(names)))
		if (removal_list_is_left(each->d_name, boot, all))
			return true;
	return false;
}

/* The names of what is left in *NAMES, which are the caller's to free. Returns how many, or
 * -ENOMEM.
 */
static int list_left(int list, bool all, const char *boot, char (**names)[REMOVAL_NAME_SIZE],
		     struct error *error)
{
	cleanup(cleanup_directory) DIR *directory = runfile_list(list);
	const struct dirent *each;
	int n = 0;

	while (directory && (each = readdir(directory))) {
		void *grown;

		if (!removal_list_is_left(each->d_name, boot, all) ||
		    strlen(each->d_name) >= REMOVAL_NAME_SIZE)
			continue;
		grown = array_grow(*names, (size_t)n, sizeof(**names));
		if (!grown)
			return error_no_memory(error);
		*names = grown;
		strcpy((*names)[n++], each->d_name);
	}
	return n;
}

/* An entry that is tried gets another name, which a listing might have as well. */
static int sweep_list(int list, bool all, void (*tell)(const struct error *error),
		      struct error *error)
{
	cleanup(cleanup_free) char(*names)[REMOVAL_NAME_SIZE] = NULL;
	char boot[REMOVAL_BOOT_SIZE];
	int left = 0, result = removal_list_boot(boot, error);

	if (result == 0)
		result = list_left(list, all, boot, &names, error);
	for (int i = 0; i < result; i++) {
		struct error why = {0};

		if (removal_take_away(list, names[i], boot, &why) >= 0)
			continue;
		left++;
		tell(&why);
	}
	runfile_prune(list);
	return result < 0 ? result : left;
}

int removal_sweep(bool all, void (*tell)(const struct error *error), struct error *error)
{
	cleanup(cleanup_fd) int list = removal_list_open(false, error);

	if (list == -ENOENT) {
		*error = (struct error){0};
		return 0;
	}
	return list < 0 ? list : sweep_list(list, all, tell, error);
}
