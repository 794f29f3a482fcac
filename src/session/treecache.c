/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A file is a head, the texts of the tree file and its bases from the lowest up, each after a line
 * with its size, and the fields. The head ends with a newline and has the sizes of the texts
 * together and of the fields, so that no cut is taken for a whole file, and a sum of the fields.
 */
#include "treecache.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "configfile.h"
#include "hash.h"
#include "runfile.h"

/* The number changes with the form of the fields; VERSION, as another module may split otherwise.
 */
#define FORMAT "nstree tree 2 " VERSION
#define HEAD_SIZE 128
#define CACHE_SIZE_MAX ((size_t)4 * CONFIG_SIZE_MAX)

/* Its path only names the file: what it holds is compared. */
static void name_cache(const struct tree_file *file, char name[RUNFILE_NAME_SIZE])
{
	snprintf(name, RUNFILE_NAME_SIZE, "tree.%016" PRIx64,
		 hash_bytes(HASH_START, file->path, strlen(file->path)));
}

static int print_head(char head[HEAD_SIZE], size_t text_size, const char *fields, size_t size)
{
	return snprintf(head, HEAD_SIZE, FORMAT " %zu %zu %016" PRIx64 "\n", text_size, size,
			hash_bytes(HASH_START, fields, size));
}

/* What the fields were made of, in the file's form. */
static void add_texts(const struct tree_file *file, struct buffer *texts)
{
	const struct tree_file *each = NULL;
	char size[32];

	while ((each = tree_file_above(file, each))) {
		snprintf(size, sizeof(size), "%zu\n", each->length);
		buffer_add(texts, size);
		buffer_add_bytes(texts, each->text, each->length);
	}
}

/* Whether the SIZE bytes at CACHE are those that treecache_write() writes for TEXTS; then *FIELDS.
 */
static bool find_fields(const struct buffer *texts, const char *cache, size_t size,
			const char **fields, size_t *fields_size)
{
	const char *end = memchr(cache, '\n', size < HEAD_SIZE ? size : HEAD_SIZE);
	size_t before = end ? (size_t)(end + 1 - cache) + texts->length : 0;
	char head[HEAD_SIZE];

	if (!end || size <= before || memcmp(end + 1, texts->bytes, texts->length) != 0)
		return false;
	*fields = cache + before;
	*fields_size = size - before;
	return print_head(head, texts->length, *fields, *fields_size) == end + 1 - cache &&
	       memcmp(head, cache, (size_t)(end + 1 - cache)) == 0;
}

void treecache_read(const struct tree_file *file, struct buffer *fields)
{
	struct error ignored = {0};
	cleanup(cleanup_fd) int directory = runfile_directory(TREECACHE_DIRECTORY, false, &ignored);
	cleanup(buffer_clear) struct buffer texts = {0};
	cleanup(cleanup_free) char *cache = NULL;
	char name[RUNFILE_NAME_SIZE];
	const char *found;
	size_t size, found_size;

	name_cache(file, name);
	add_texts(file, &texts);
	if (directory >= 0 && !texts.failed &&
	    runfile_read(directory, name, CACHE_SIZE_MAX, &cache, &size, &ignored) == 0 &&
	    find_fields(&texts, cache, size, &found, &found_size))
		buffer_add_bytes(fields, found, found_size);
}

void treecache_write(const struct tree_file *file, const struct buffer *fields)
{
	struct error ignored = {0};
	cleanup(cleanup_fd) int directory = runfile_directory(TREECACHE_DIRECTORY, true, &ignored);
	cleanup(buffer_clear) struct buffer cache = {0}, texts = {0};
	char name[RUNFILE_NAME_SIZE], head[HEAD_SIZE];

	if (directory < 0)
		return;
	runfile_prune(directory);
	name_cache(file, name);
	add_texts(file, &texts);
	print_head(head, texts.length, fields->bytes, fields->length);
	buffer_add(&cache, head);
	buffer_add_bytes(&cache, texts.bytes, texts.length);
	buffer_add_bytes(&cache, fields->bytes, fields->length);
	if (!cache.failed && !texts.failed && cache.length <= CACHE_SIZE_MAX)
		runfile_write(directory, name, cache.bytes, cache.length);
}
