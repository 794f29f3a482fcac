/* SPDX-License-Identifier: BSD-3-Clause */
#include "pathcache.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"

static void free_directory(struct pathcache_entry *entry)
{
	cleanup_fd(&entry->fd);
	free((void *)(uintptr_t)entry->name);
	free((void *)(uintptr_t)entry->untrusted);
}

/* Whether NAME goes on beneath the directory of ENTRY. */
static bool leads_through(const char *name, const struct pathcache_entry *entry)
{
	size_t length = strlen(entry->name);

	return strncmp(name, entry->name, length) == 0 && name[length] == '/' &&
	       name[length + strspn(name + length, "/")] != '\0';
}

const struct pathcache_entry *pathcache_find(const struct pathcache *cache, const char *name)
{
	const struct pathcache_entry *longest = NULL;

	if (strstr(name, "/."))
		return NULL;
	for (size_t i = 0; i < cache->count; i++) {
		const struct pathcache_entry *entry = &cache->entries[i];

		if (leads_through(name, entry) &&
		    (!longest || strlen(entry->name) > strlen(longest->name)))
			longest = entry;
	}
	return longest;
}

void pathcache_add(struct pathcache *cache, const struct pathcache_entry *directory, size_t length)
{
	struct pathcache_entry entry = *directory;

	if (cache->count == PATHCACHE_MAX || directory->mount.server != SERVER_NONE ||
	    !S_ISDIR(directory->stat.st_mode))
		return;
	entry.name = strndup(directory->name, length);
	entry.untrusted = strdup(directory->untrusted);
	entry.fd = fcntl(directory->fd, F_DUPFD_CLOEXEC, 3);
	if (entry.name && entry.untrusted && entry.fd >= 0)
		cache->entries[cache->count++] = entry;
	else
		free_directory(&entry);
}

void pathcache_clear(struct pathcache *cache)
{
	for (size_t i = 0; i < cache->count; i++)
		free_directory(&cache->entries[i]);
	cache->count = 0;
}
