/* SPDX-License-Identifier: BSD-3-Clause */
#include "homelist.h"

#include <limits.h>
#include <pwd.h>
#include <string.h>

#include "cleanup.h"
#include "home.h"

#define PASSWD_FILE "/etc/passwd"

static int compare_homes(const void *left, const void *right)
{
	return strcmp(((const struct homelist_entry *)left)->home,
		      ((const struct homelist_entry *)right)->home);
}

static int add_home(struct homelist *list, size_t *room, const struct passwd *user)
{
	struct homelist_entry *entry;
	char home[PATH_MAX];

	if (list->n_entries == *room) {
		size_t larger = *room ? *room * 2 : 64;
		struct homelist_entry *grown = reallocarray(list->entries, larger, sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		list->entries = grown;
		*room = larger;
	}
	home_copy_path(home, user->pw_dir);
	entry = &list->entries[list->n_entries++];
	*entry = (struct homelist_entry){strdup(home), strdup(user->pw_name), user->pw_uid};
	return entry->home && entry->user ? 0 : -ENOMEM;
}

int homelist_load(struct homelist *list)
{
	cleanup(cleanup_file) FILE *stream = fopen(PASSWD_FILE, "re");
	const struct passwd *user;
	size_t room = 0;
	int result = 0;

	*list = (struct homelist){0};
	if (!stream)
		return errno == ENOENT ? 0 : -errno;
	while (result == 0 && (user = fgetpwent(stream)))
		if (user->pw_dir[0] == '/')
			result = add_home(list, &room, user);
	if (result == 0 && list->n_entries)
		qsort(list->entries, list->n_entries, sizeof(*list->entries), compare_homes);
	return result;
}

/* The index of the first entry whose home is not less than PREFIX. */
static size_t find_first(const struct homelist *list, const char *prefix)
{
	size_t low = 0, high = list->n_entries;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(list->entries[middle].home, prefix) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct homelist_entry *homelist_find_beneath(const struct homelist *list, const char *home,
						   uid_t uid)
{
	char prefix[PATH_MAX + 1];
	size_t length;

	home_copy_path(prefix, home);
	length = strlen(prefix);
	if (length > 1)
		prefix[length++] = '/';
	prefix[length] = '\0';
	for (size_t i = find_first(list, prefix);
	     i < list->n_entries && strncmp(list->entries[i].home, prefix, length) == 0; i++)
		if (list->entries[i].uid != uid && list->entries[i].home[length])
			return &list->entries[i];
	return NULL;
}

void homelist_clear(struct homelist *list)
{
	for (size_t i = 0; i < list->n_entries; i++) {
		free(list->entries[i].home);
		free(list->entries[i].user);
	}
	free(list->entries);
	*list = (struct homelist){0};
}
