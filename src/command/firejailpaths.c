/* SPDX-License-Identifier: BSD-3-Clause */
#include "firejailpaths.h"

#include <fnmatch.h>
#include <glob.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "array.h"
#include "cleanup.h"
#include "names.h"

#define PATH_MACRO "${PATH}/"
#define NO_MEMORY "memory ran out"

const char *const firejailpaths_programs[] = {"/usr/local/bin", "/usr/bin",   "/usr/local/sbin",
					      "/usr/sbin",	"/usr/games", NULL};

/* Adds PATH, which is allocated, and NULL where memory ran out. */
static const char *add_path(struct firejail_paths *paths, char *path, enum firejail_kind kind)
{
	struct firejail_path *grown;

	for (size_t i = 0; path && i < paths->n_items; i++)
		if (strcmp(paths->items[i].path, path) == 0) {
			free(path);
			return NULL;
		}
	grown = path ? array_grow(paths->items, paths->n_items, sizeof(*grown)) : NULL;
	if (!grown) {
		free(path);
		return NO_MEMORY;
	}
	paths->items = grown;
	grown[paths->n_items++] = (struct firejail_path){path, kind};
	return NULL;
}

/* What is there by the pattern DIRECTORY/NAME. */
static const char *add_path_matches(struct firejail_paths *paths, const char *directory,
				    const char *name)
{
	const char *obstacle = NULL;
	char pattern[PATH_MAX];
	glob_t found = {0};

	if (snprintf(pattern, sizeof(pattern), "%s%s", directory, name) >= (int)sizeof(pattern))
		return "the path is too long";
	if (glob(pattern, 0, NULL, &found) == 0)
		for (size_t i = 0; !obstacle && i < found.gl_pathc; i++) {
			char *real = realpath(found.gl_pathv[i], NULL);
			struct stat stat;

			if (!real || lstat(real, &stat) < 0)
				free(real);
			else
				obstacle = add_path(paths, real,
						    S_ISDIR(stat.st_mode) ? FIREJAIL_DIRECTORY
									  : FIREJAIL_FILE);
		}
	globfree(&found);
	return obstacle;
}

static bool has_specifier(const char *value)
{
	return strstr(value, "%h") || strstr(value, "%U");
}

static const char *find_program_paths(const char *name, struct firejail_paths *paths)
{
	const char *obstacle = NULL;

	for (size_t i = 0; !obstacle && firejailpaths_programs[i]; i++) {
		char directory[64];

		snprintf(directory, sizeof(directory), "%s/", firejailpaths_programs[i]);
		obstacle = add_path_matches(paths, directory, name);
	}
	return obstacle;
}

const char *firejailpaths_find(const char *value, struct firejail_paths *paths)
{
	*paths = (struct firejail_paths){0};
	if (strstr(value, "%%"))
		return "a path with a percent sign: write the row by hand";
	if (name_has_dots(value))
		return "a path with '.' or '..' is refused: write it without";
	if (strncmp(value, PATH_MACRO, strlen(PATH_MACRO)) == 0)
		return find_program_paths(value + strlen(PATH_MACRO), paths);
	if (name_below(value, FIREJAILPATHS_RUNTIMES) && access(FIREJAILPATHS_RUNTIMES, F_OK) < 0)
		return NULL;
	if (has_specifier(value) && (*value == '/' || strncmp(value, "%h", 2) == 0)) {
		size_t length = strlen(value);

		if (strpbrk(value, "*?["))
			return "a row has no patterns: write one for each name";
		while (length && value[length - 1] == '/')
			length--;
		return add_path(paths, strndup(value, length), FIREJAIL_EITHER);
	}
	if (*value != '/')
		return "it is no absolute path: write it from / or ${HOME}";
	return add_path_matches(paths, "", value);
}

bool firejailpaths_match(const char *pattern, const char *path)
{
	if (strncmp(pattern, PATH_MACRO, strlen(PATH_MACRO)) != 0)
		return fnmatch(pattern, path, 0) == 0;
	for (size_t i = 0; firejailpaths_programs[i]; i++) {
		const char *rest = name_below(path, firejailpaths_programs[i]);

		if (rest && fnmatch(pattern + strlen(PATH_MACRO), rest, 0) == 0)
			return true;
	}
	return false;
}

void firejailpaths_clear(struct firejail_paths *paths)
{
	for (size_t i = 0; i < paths->n_items; i++)
		free(paths->items[i].path);
	free(paths->items);
	*paths = (struct firejail_paths){0};
}
