/* SPDX-License-Identifier: BSD-3-Clause */
#include "targetcache.h"

#include <string.h>

#include "cleanup.h"

int targetcache_find(const struct targetcache *cache, int mount, const char *path, size_t *length)
{
	int fd = -1;

	*length = 0;
	for (size_t i = 0; i < cache->count; i++) {
		const struct targetcache_entry *entry = &cache->entries[i];

		if (entry->mount != mount || entry->length < *length ||
		    strncmp(path, entry->path, entry->length) != 0 || path[entry->length] != '/')
			continue;
		fd = entry->fd;
		*length = entry->length + 1;
	}
	return fd;
}

bool targetcache_keep(struct targetcache *cache, int mount, const char *path, size_t length, int fd)
{
	if (cache->count == TARGETCACHE_MAX)
		return false;
	cache->entries[cache->count++] = (struct targetcache_entry){mount, path, length, fd};
	return true;
}

void targetcache_clear(struct targetcache *cache)
{
	for (size_t i = 0; i < cache->count; i++)
		cleanup_fd(&cache->entries[i].fd);
	cache->count = 0;
}
