/* SPDX-License-Identifier: BSD-3-Clause */
#include "record_directory.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cleanup.h"
#include "record_liveness.h"
#include "runfile.h"

int record_write(int directory, const char *name, const struct record *record, struct error *error)
{
	cleanup(cleanup_free) char *text = record_text(record);
	int result = -EFBIG;

	if (!text)
		return error_no_memory(error);
	if (strlen(text) <= RECORD_SIZE_MAX)
		result = runfile_write(directory, name, text, strlen(text));
	if (result < 0)
		return error_set(error, -result,
				 "the session's record " RECORD_DIRECTORY "/%u/%s cannot be "
				 "written: %s",
				 (unsigned)record->session.uid, name, strerror(-result));
	return 0;
}

int record_read(int directory, const char *name, struct record **record, struct error *error)
{
	cleanup(cleanup_free) char *text = NULL;
	size_t size = 0;
	int result = runfile_read(directory, name, RECORD_SIZE_MAX, &text, &size, error);

	return result < 0 ? result : record_parse(text, size, record, error);
}

int record_directory(uid_t uid, bool make, struct error *error)
{
	char name[16];

	snprintf(name, sizeof(name), "%u", (unsigned)uid);
	return runfile_directory(name, make, error);
}

void record_name(char name[RECORD_NAME_SIZE], pid_t leader, uint64_t namespace)
{
	snprintf(name, RECORD_NAME_SIZE, "%d.%" PRIu64, (int)leader, namespace);
}

/* --- listing and pruning -------------------------------------------------------------------------
 */

/* The pid at the start of a record's NAME; else 0. */
static pid_t pid_of_name(const char *name)
{
	char *end;
	long pid = strtol(name, &end, 10);

	return *name < '1' || *name > '9' || *end != '.' ? 0 : (pid_t)pid;
}

/*
 * Whether NAME is a record that nobody needs, of a leader that has ended: most leaders run, which
 * the name alone tells with one kill(2). With UNREADABLE only one that cannot be read is.
 */
static bool is_stale(int directory, const char *name, bool unreadable)
{
	cleanup(cleanup_record) struct record *record = NULL;
	struct error ignored = {0};
	pid_t pid = pid_of_name(name);

	if (runfile_is_left(name))
		return true;
	if (!pid || kill(pid, 0) == 0 || errno != ESRCH)
		return false;
	if (record_read(directory, name, &record, &ignored) < 0)
		return true;
	return !unreadable && !record_is_alive(record);
}

static void prune(int directory, bool unreadable)
{
	cleanup(cleanup_directory) DIR *list = runfile_list(directory);
	const struct dirent *entry;

	while (list && (entry = readdir(list)))
		if (is_stale(directory, entry->d_name, unreadable))
			unlinkat(directory, entry->d_name, 0);
}

void record_prune(int directory)
{
	prune(directory, false);
}

void record_prune_unreadable(int directory)
{
	prune(directory, true);
}

static bool is_number(const char *name)
{
	return *name && !name[strspn(name, "0123456789")];
}

static int each_of_user(int directory,
			int (*each)(void *data, int directory, const char *name,
				    struct record **record),
			void *data)
{
	cleanup(cleanup_directory) DIR *list = runfile_list(directory);
	const struct dirent *entry;
	int result = 0;

	while (result == 0 && list && (entry = readdir(list))) {
		cleanup(cleanup_record) struct record *record = NULL;
		struct error ignored = {0};

		if (pid_of_name(entry->d_name) &&
		    record_read(directory, entry->d_name, &record, &ignored) == 0)
			result = each(data, directory, entry->d_name, &record);
	}
	return result;
}

int record_each(int (*each)(void *data, int directory, const char *name, struct record **record),
		void *data, struct error *error)
{
	cleanup(cleanup_fd) int top = runfile_top(false, error);
	cleanup(cleanup_directory) DIR *list = NULL;
	const struct dirent *entry;
	int result = 0;

	if (top < 0)
		return top;
	list = runfile_list(top);
	if (!list)
		return error_set(error, errno, "'" RECORD_DIRECTORY "' cannot be read: %m");
	while (result == 0 && (entry = readdir(list))) {
		struct error ignored = {0};
		cleanup(cleanup_fd) int directory =
			is_number(entry->d_name) ? runfile_private(top, entry->d_name,
								   entry->d_name, false, &ignored)
						 : -1;

		if (directory >= 0)
			result = each_of_user(directory, each, data);
	}
	return result;
}
