/* SPDX-License-Identifier: BSD-3-Clause */
#include "treefile.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "path.h"
#include "specifier.h"
#include "text.h"

#define BLANKS " \t"
#define SPECIFIERS "uUgGhs"

void tree_file_free(struct tree_file *file)
{
	if (!file)
		return;
	free(file->name);
	free(file->path);
	free(file->text);
	free(file);
}

static int say_no_memory(struct error *error)
{
	return error_say(error, ENOMEM, "out of memory");
}

/* *PATH and *STREAM are the caller's, whatever this returns. */
static int open_in(const char *directory, const char *name, char **path, FILE **stream,
		   struct error *error)
{
	if (asprintf(path, "%s/%s.fstab", directory, name) < 0) {
		*path = NULL;
		return say_no_memory(error);
	}
	return config_open(*path, stream, error);
}

/* The site's file NAME.fstab, or the shipped one. As open_in() does. */
static int open_file(const char *name, char **path, FILE **stream, struct error *error)
{
	const struct error before = *error;
	int result = open_in(TREE_DIRECTORY, name, path, stream, error);

	if (result != -ENOENT)
		return result;
	*error = before;
	free(*path);
	result = open_in(TREE_DIRECTORY_SHIPPED, name, path, stream, error);
	if (result != -ENOENT)
		return result;
	*error = before;
	return error_say(error, ENOENT,
			 "no tree '%s': neither " TREE_DIRECTORY
			 "/%s.fstab nor " TREE_DIRECTORY_SHIPPED
			 "/%s.fstab exists; write one of them, or name another tree in the rule",
			 name, name, name);
}

/* To the end, of a file that config_open() found to be no larger than a configuration is. */
static int read_whole(FILE *stream, struct tree_file *file, struct error *error)
{
	size_t size = 0;

	do {
		char *larger = realloc(file->text, size ? size * 2 : 4096);

		if (!larger)
			return say_no_memory(error);
		size = size ? size * 2 : 4096;
		file->text = larger;
		file->length += fread(larger + file->length, 1, size - file->length - 1, stream);
	} while (file->length == size - 1);
	file->text[file->length] = '\0';
	if (!ferror(stream))
		return 0;
	error_say(error, errno ? errno : EIO, "cannot read it: %m");
	error_place(error, file->path, 0);
	return -error->number;
}

int tree_file_load(const char *name, const struct subject *subject, struct tree_file **file,
		   struct error *error)
{
	cleanup(cleanup_tree_file) struct tree_file *made = calloc(1, sizeof(*made));
	cleanup(cleanup_file) FILE *stream = NULL;
	int result =
		made ? specifier_expand(name, subject, &made->name, error) : say_no_memory(error);

	if (result < 0)
		return result;
	if (!specifier_is_name(made->name))
		return error_say(error, EINVAL,
				 "tree '%s' is not a name: it must not be empty, '.', '..' or hold "
				 "'/'",
				 made->name);
	result = open_file(made->name, &made->path, &stream, error);
	if (result == 0)
		result = read_whole(stream, made, error);
	if (result == 0)
		*file = steal_pointer(&made);
	return result;
}

/* A character that no tree file may hold, also where a comment would hide it from a reader. */
static bool has_control(const struct tree_file *file)
{
	for (size_t i = 0; i < file->length; i++)
		if (iscntrl((unsigned char)file->text[i]) && !strchr("\t\n", file->text[i]))
			return true;
	return strlen(file->text) != file->length;
}

/* Adds each line of TEXT, which is cut up, that is a row. */
static void add_rows(struct text *key, char *text)
{
	char *rest;

	for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		line += strspn(line, BLANKS);
		if (!*line || *line == '#')
			continue;
		text_add(key, line);
		text_add(key, "\n");
	}
}

static bool has_specifier(const char *text, char specifier)
{
	for (text = strchr(text, '%'); text && text[1]; text = strchr(text + 2, '%'))
		if (text[1] == specifier)
			return true;
	return false;
}

/* Adds what each specifier in ROWS stands for, of those that a tree may have. */
static int add_values(struct text *key, const char *rows, const struct subject *subject)
{
	char pattern[3 * sizeof(SPECIFIERS)] = "", *end = pattern;
	cleanup(cleanup_free) char *values = NULL;
	struct error ignored = {0};

	for (const char *specifier = SPECIFIERS; *specifier; specifier++) {
		if (!has_specifier(rows, *specifier))
			continue;
		*end++ = '%';
		*end++ = *specifier;
		*end++ = '\n';
	}
	if (specifier_expand(pattern, subject, &values, &ignored) < 0)
		return -EINVAL;
	text_add(key, values);
	return 0;
}

char *tree_file_key(const struct tree_file *file, const struct subject *subject)
{
	cleanup(cleanup_free) char *lines = has_control(file) ? NULL : strdup(file->text);
	cleanup(cleanup_free) char *rows = NULL;
	cleanup(text_clear) struct text key = {0};

	if (!lines)
		return NULL;
	add_rows(&key, lines);
	rows = text_take(&key);
	if (!rows || add_values(&key, rows, subject) < 0)
		return NULL;
	text_add(&key, rows);
	return text_take(&key);
}
