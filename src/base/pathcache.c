/* SPDX-License-Identifier: BSD-3-Clause */
#include "pathcache.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"

static void free_texts(struct pathcache_entry *entry)
{
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

bool pathcache_add(struct pathcache *cache, const struct pathcache_entry *directory, size_t length)
{
	struct pathcache_entry entry = *directory;

	if (cache->count == PATHCACHE_MAX || directory->mount.server != SERVER_NONE ||
	    !S_ISDIR(directory->stat.st_mode))
		return false;
	entry.name = strndup(directory->name, length);
	entry.untrusted = strdup(directory->untrusted);
	if (!entry.name || !entry.untrusted) {
		free_texts(&entry);
		return false;
	}
	cache->entries[cache->count++] = entry;
	return true;
}

void pathcache_clear(struct pathcache *cache)
{
	for (size_t i = 0; i < cache->count; i++) {
		cleanup_fd(&cache->entries[i].fd);
		free_texts(&cache->entries[i]);
	}
	cache->count = 0;
}
