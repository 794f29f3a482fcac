/* SPDX-License-Identifier: BSD-3-Clause */
#include "removal_list.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buffer.h"
#include "cleanup.h"
#include "path.h"
#include "share.h"

#define STATE_DIRECTORY "/var/lib/nstree"
#define ENTRY_SIZE_MAX (4 * PATH_MAX + 512)
#define BOOT_PREFIX 8 /* of the boot id, in names */

/* --- entries as text -----------------------------------------------------------------------------
 */

void removal_entry_clear(struct removal_entry *entry)
{
	free(entry->path);
	*entry = (struct removal_entry){0};
}

char *removal_entry_text(const struct removal_entry *entry)
{
	struct buffer text = {0};
	char numbers[256];

	snprintf(numbers, sizeof(numbers),
		 "nstree-remove 1\nboot %s\nleader %d %" PRIu64 "\nnamespace %" PRIu64
		 "\nowner %u %u\ndirectory %" PRIu64 " %" PRIu64 " %" PRIu64 "\npath ",
		 entry->boot, (int)entry->leader, entry->leader_start, entry->namespace,
		 (unsigned)entry->uid, (unsigned)entry->gid, entry->device, entry->inode,
		 entry->parent_inode);
	buffer_add(&text, numbers);
	buffer_add_field(&text, entry->path);
	buffer_add(&text, "\n");
	return buffer_take(&text);
}

static bool read_entry(const char *text, struct removal_entry *entry)
{
	unsigned uid, gid;
	int end = 0, leader;

	if (sscanf(text,
		   "nstree-remove 1\nboot %36s\nleader %d %" SCNu64 "\nnamespace %" SCNu64
		   "\nowner %u %u\ndirectory %" SCNu64 " %" SCNu64 " %" SCNu64 "\npath %n",
		   entry->boot, &leader, &entry->leader_start, &entry->namespace, &uid, &gid,
		   &entry->device, &entry->inode, &entry->parent_inode, &end) != 9 ||
	    text[end] != '/')
		return false;
	entry->leader = leader;
	entry->uid = uid;
	entry->gid = gid;
	entry->path = strndup(text + end, strcspn(text + end, "\n"));
	if (entry->path)
		buffer_unescape(entry->path);
	return entry->path;
}

int removal_entry_parse(const char *text, size_t size, struct removal_entry *entry,
			struct error *error)
{
	cleanup(cleanup_free) char *copy = strndup(text, size);
	cleanup(cleanup_free) char *again = NULL;

	*entry = (struct removal_entry){0};
	/* As a record: what the parser tolerates is never written like that. */
	if (copy && read_entry(copy, entry) && (again = removal_entry_text(entry)) &&
	    strlen(again) == size && memcmp(again, text, size) == 0)
		return 0;
	removal_entry_clear(entry);
	return error_set(error, EBADMSG, "is not a complete entry of format 1");
}

/* --- names ---------------------------------------------------------------------------------------
 */

int removal_list_boot(char boot[REMOVAL_BOOT_SIZE], struct error *error)
{
	cleanup(cleanup_fd) int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
	ssize_t got = fd < 0 ? -1 : read(fd, boot, REMOVAL_BOOT_SIZE - 1);

	if (got != REMOVAL_BOOT_SIZE - 1)
		return error_set(error, fd < 0 ? errno : EIO, "the boot id cannot be read");
	boot[got] = '\0';
	return 0;
}

void removal_list_name(char name[REMOVAL_NAME_SIZE], const char *boot, pid_t pid, const char *id,
		       unsigned n)
{
	snprintf(name, REMOVAL_NAME_SIZE, "%.*s.%d.%.16s.%u", BOOT_PREFIX, boot, (int)pid, id, n);
}

/* "ID.N", what does not change in NAME. */
static const char *last_part(const char *name)
{
	const char *pid = strchr(name, '.'), *part = pid ? strchr(pid + 1, '.') : NULL;

	return part ? part + 1 : "";
}

bool removal_list_is_left(const char *name, const char *boot, bool all)
{
	pid_t pid;

	if (name[0] == '.' || !*last_part(name))
		return false;
	if (strncmp(name, boot, BOOT_PREFIX) != 0 || name[BOOT_PREFIX] != '.')
		return true;
	pid = (pid_t)strtol(name + BOOT_PREFIX + 1, NULL, 10);
	return pid > 0 ? kill(pid, 0) < 0 && errno == ESRCH : all;
}

void removal_list_moved_name(char moved[REMOVAL_NAME_SIZE], const char *name)
{
	snprintf(moved, REMOVAL_NAME_SIZE, ".nstree-remove.%.40s", last_part(name));
}

void removal_list_give(int list, char name[REMOVAL_NAME_SIZE], const char *boot, pid_t pid)
{
	char next[REMOVAL_NAME_SIZE];

	snprintf(next, sizeof(next), "%.*s.%d.%.40s", BOOT_PREFIX, boot, (int)pid, last_part(name));
	if (renameat(list, name, list, next) == 0)
		strcpy(name, next);
}

/* --- the directory -------------------------------------------------------------------------------
 */

/* Of mode 0755, as the package makes it: users' directories are in it. */
static int open_state_directory(bool make, struct error *error)
{
	cleanup(path_close) struct path found = PATH_INIT;
	mode_t mask;
	int result = path_open(STATE_DIRECTORY, &found, error);

	if (result == -ENOENT && make && found.parent >= 0 && !found.parent_untrusted[0]) {
		*error = (struct error){0};
		mask = umask(0);
		result = mkdirat(found.parent, found.name, 0755);
		umask(mask);
		if (result < 0 && errno != EEXIST)
			return error_set(error, errno, "'%s' cannot be made: %m", STATE_DIRECTORY);
		path_close(&found);
		found = (struct path)PATH_INIT;
		result = path_open(STATE_DIRECTORY, &found, error);
	}
	if (result < 0)
		return result;
	if (found.untrusted[0])
		return error_set(error, EPERM, "'%s' cannot be used: %s", STATE_DIRECTORY,
				 found.untrusted);
	return steal_fd(&found.fd);
}

int removal_list_open(bool make, struct error *error)
{
	cleanup(cleanup_fd) int state = open_state_directory(make, error);

	return state < 0 ? state
			 : runfile_private(state, ".remove", REMOVAL_DIRECTORY, make, error);
}

int removal_list_lock(int list, struct error *error)
{
	struct error why = {0};
	int result = share_lock(list, &why);

	if (result < 0)
		return error_set(error, -result,
				 "'" REMOVAL_DIRECTORY "' is in use by another session: see what "
				 "its login waits for, such as a dead server");
	return 0;
}

void removal_list_unlock(int list)
{
	share_unlock(list);
}

/* Both the file and its name. */
static int make_durable(int list, const char *name)
{
	cleanup(cleanup_fd) int fd = openat(list, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);

	return fd < 0 || fsync(fd) < 0 || fsync(list) < 0 ? -errno : 0;
}

int removal_list_write(int list, const char *name, const struct removal_entry *entry, bool durable,
		       struct error *error)
{
	cleanup(cleanup_free) char *text = removal_entry_text(entry);
	int result;

	if (!text)
		return error_no_memory(error);
	result = runfile_write(list, name, text, strlen(text));
	if (result == 0 && durable)
		result = make_durable(list, name);
	if (result < 0)
		return error_set(error, -result, "'" REMOVAL_DIRECTORY "/%s' cannot be written: %s",
				 name, strerror(-result));
	return 0;
}

int removal_list_read(int list, const char *name, struct removal_entry *entry, struct error *error)
{
	cleanup(cleanup_free) char *text = NULL;
	size_t size = 0;
	int result = runfile_read(list, name, ENTRY_SIZE_MAX, &text, &size, error);

	*entry = (struct removal_entry){0};
	return result < 0 ? result : removal_entry_parse(text, size, entry, error);
}
