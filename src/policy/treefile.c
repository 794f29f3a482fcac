/* SPDX-License-Identifier: BSD-3-Clause */
#include "treefile.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buffer.h"
#include "cleanup.h"
#include "configfile.h"
#include "names.h"
#include "path.h"
#include "specifier.h"

#define BLANKS " \t"
#define TREE_SUFFIX ".fstab"
/* Not %i: sessions that share a namespace have the id of the one that made it. */
#define SPECIFIERS "uUgGhs"

void tree_file_free(struct tree_file *file)
{
	while (file) {
		struct tree_file *base = file->base;

		free(file->name);
		free(file->path);
		free(file->text);
		free(file);
		file = base;
	}
}

const struct tree_file *tree_file_above(const struct tree_file *file, const struct tree_file *below)
{
	if (file == below)
		return NULL;
	while (file->base != below)
		file = file->base;
	return file;
}

/* *PATH and *STREAM are the caller's, whatever this returns. */
static int open_in(const char *directory, const char *name, char **path, FILE **stream,
		   struct error *error)
{
	if (asprintf(path, "%s/%s.fstab", directory, name) < 0) {
		*path = NULL;
		return error_no_memory(error);
	}
	return config_open(*path, stream, error);
}

int tree_file_missing(const char *name, const char *site, const char *shipped, struct error *error)
{
	size_t length = strlen(name), suffix = strlen(TREE_SUFFIX);

	if (length > suffix && strcmp(name + length - suffix, TREE_SUFFIX) == 0)
		error_set(error, ENOENT,
			  "no tree '%s': a tree's name is that of its file without " TREE_SUFFIX
			  "; write '%.*s'",
			  name, (int)(length - suffix), name);
	else if (strchr(name, '='))
		error_set(error, ENOENT,
			  "no tree '%s': write options after the tree's name and a blank", name);
	else
		error_set(error, ENOENT,
			  "no tree '%s': neither %s/%s.fstab nor %s/%s.fstab exists; write one of "
			  "them, or name another tree",
			  name, site, name, shipped, name);
	return error_mark(error, CODE_UNKNOWN_TREE, -ENOENT);
}

/* Opens the site's file NAME.fstab, or the shipped one, as open_in() does. */
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
	return tree_file_missing(name, TREE_DIRECTORY, TREE_DIRECTORY_SHIPPED, error);
}

static int read_tree_file(FILE *stream, struct tree_file *file, struct error *error)
{
	cleanup(buffer_clear) struct buffer text = {0};
	int result = buffer_read(&text, stream, CONFIG_SIZE_MAX);

	if (result < 0) {
		error_place(error, file->path, 0);
		return error_mark(
			error, CODE_UNREADABLE_FILE,
			error_set(error, -result, "cannot be read: %s", strerror(-result)));
	}
	file->length = text.length;
	file->text = buffer_take(&text);
	return file->text ? 0 : error_no_memory(error);
}

int tree_file_next_row(struct lines *lines, char **row, struct error *error)
{
	int result;

	while ((result = lines_next(lines, row, error)) > 0) {
		*row += strspn(*row, BLANKS);
		if (**row && **row != '#')
			break;
	}
	/* A NUL, as fstab(5)'s \000 (or \400, which is the same in a byte), would cut a path short.
	 */
	if (result > 0 && (strstr(*row, "\\000") || strstr(*row, "\\400")))
		return error_mark(
			error, CODE_TEXT_ENCODING,
			error_set(
				error, EINVAL,
				"a NUL byte (\\000): no path or option can hold it; take it out"));
	return result;
}

/*
 * The name of the tree that FILE is built on in *NAME, which is the caller's to free, and NULL
 * where its first row has another type. Returns 0 or -ENOMEM; what is wrong with the row is for
 * tree_parse() to say.
 */
static int find_base_name(struct tree_file *file, char **name, struct error *error)
{
	cleanup(lines_clear) struct lines lines = lines_of(file->text, file->length);
	struct error ignored = {0};
	char *row, *rest, *source, *type;
	int result;

	*name = NULL;
	do
		result = tree_file_next_row(&lines, &row, &ignored);
	while (result == -EINVAL);
	if (result <= 0)
		return result < 0 ? error_no_memory(error) : 0;
	source = strtok_r(row, BLANKS, &rest);
	strtok_r(NULL, BLANKS, &rest);
	type = strtok_r(NULL, BLANKS, &rest);
	if (!type || strcmp(type, TREE_FILE_BASE_TYPE) != 0)
		return 0;
	buffer_unescape(source);
	*name = strdup(source);
	file->base_line = lines.number;
	return *name ? 0 : error_no_memory(error);
}

/* Control characters can be written as \ooo. */
static bool is_base_name(const char *name)
{
	for (const char *c = name; *c; c++)
		if (*c == '%' || iscntrl((unsigned char)*c))
			return false;
	return name_is_component(name);
}

/* Refuses NAME as the tree that FILE is built on, which is TOP or one of its bases. */
static int check_base_name(const struct tree_file *top, const struct tree_file *file,
			   const char *name, struct error *error)
{
	if (!is_base_name(name))
		return error_mark(
			error, CODE_TREE_BASE,
			error_set(error, EINVAL,
				  "'%s' is not a tree's name: write that of its file without "
				  "directory and " TREE_SUFFIX ", as in 'host-ro / nstree.tree'; "
				  "specifiers do not go with it",
				  name));
	if (strcmp(name, file->name) == 0)
		return error_mark(
			error, CODE_TREE_BASE,
			error_set(error, EINVAL,
				  "tree '%s' is built on itself: name another tree, or give this "
				  "file another name than %s",
				  name, file->path));
	for (; top != file; top = top->base)
		if (strcmp(name, top->name) == 0)
			return error_mark(
				error, CODE_TREE_BASE,
				error_set(
					error, EINVAL,
					"a circle: tree '%s' is built on this one, by %s:%u; name "
					"another tree in one of the two rows",
					name, top->path, top->base_line));
	return 0;
}

/* What is wrong with a base has that file as its place, or none: then it is FILE's row. */
static void add_base_place(const struct tree_file *file, struct error *error)
{
	size_t length = strlen(error->words);

	if (error->file[0])
		snprintf(error->words + length, sizeof(error->words) - length,
			 " (%s:%u is built on it)", file->path, file->base_line);
	error_place(error, file->path, file->base_line);
}

int tree_file_load_bases(struct tree_file *file, tree_file_reader *read, void *data,
			 struct error *error)
{
	const struct tree_file *top = file;
	int result = 0;

	for (; result == 0 && file; file = file->base) {
		cleanup(cleanup_free) char *name = NULL;

		result = find_base_name(file, &name, error);
		if (result < 0 || !name)
			return result;
		result = check_base_name(top, file, name, error);
		if (result == 0)
			result = read(data, name, &file->base, error);
		if (result < 0)
			add_base_place(file, error);
	}
	return result;
}

/* A tree_file_reader that needs no data: the site's file, or the shipped one. */
static int load_file(void *unused, const char *name, struct tree_file **file, struct error *error)
{
	cleanup(cleanup_tree_file) struct tree_file *made = calloc(1, sizeof(*made));
	cleanup(cleanup_file) FILE *stream = NULL;
	int result;

	(void)unused;
	if (!made || !(made->name = strdup(name)))
		return error_no_memory(error);
	result = open_file(name, &made->path, &stream, error);
	if (result == 0)
		result = read_tree_file(stream, made, error);
	if (result == 0)
		*file = steal_pointer(&made);
	return result;
}

int tree_file_load(const char *name, const struct subject *subject, struct tree_file **file,
		   struct error *error)
{
	cleanup(cleanup_tree_file) struct tree_file *made = NULL;
	cleanup(cleanup_free) char *expanded = NULL;
	int result = specifier_expand_tree_name(name, subject, &expanded, error);

	if (result < 0)
		return result;
	if (!name_is_component(expanded))
		return error_mark(
			error, CODE_RULE_TREE,
			error_set(
				error, EINVAL,
				"tree '%s' is not a name: it must not be empty, '.', '..' or hold "
				"'/'",
				expanded));
	result = load_file(NULL, expanded, &made, error);
	if (result == 0)
		result = tree_file_load_bases(made, load_file, NULL, error);
	if (result == 0)
		*file = steal_pointer(&made);
	return result;
}

/* Appends each row of FILE alone; false where one of them cannot be read. */
static bool add_rows(struct buffer *key, const struct tree_file *file)
{
	cleanup(lines_clear) struct lines lines = lines_of(file->text, file->length);
	struct error ignored = {0};
	char *row;
	int result;

	while ((result = tree_file_next_row(&lines, &row, &ignored)) > 0) {
		buffer_add(key, row);
		buffer_add(key, "\n");
	}
	return result == 0;
}

/* Appends the value of each specifier that ROWS have. */
static int add_values(struct buffer *key, const char *rows, const struct subject *subject)
{
	cleanup(buffer_clear) struct buffer pattern = {0};
	cleanup(cleanup_free) char *values = NULL, *wanted = NULL;
	struct error ignored = {0};
	size_t length;

	for (const char *specifier = SPECIFIERS; *specifier; specifier++)
		if (specifier_is_in(rows, *specifier))
			buffer_add_bytes(&pattern, (char[]){'%', *specifier, '\n'}, 3);
	for (const char *name = rows; (name = specifier_next_variable(name, &length));
	     name += length) {
		buffer_add(&pattern, "%{");
		buffer_add_bytes(&pattern, name, length);
		buffer_add(&pattern, "}\n");
	}
	wanted = buffer_take(&pattern);
	if (!wanted || specifier_expand(wanted, subject, &values, &ignored) < 0)
		return -EINVAL;
	buffer_add(key, values);
	return 0;
}

char *tree_file_key(const struct tree_file *file, const struct subject *subject)
{
	cleanup(buffer_clear) struct buffer key = {0}, rows = {0};
	cleanup(cleanup_free) char *text = NULL;
	const struct tree_file *each = NULL;
	char console[PATH_MAX];

	/* No two files have the same rows together: the row of nstree.tree is the first of its own.
	 */
	while ((each = tree_file_above(file, each)))
		if (!add_rows(&rows, each))
			return NULL;
	if (!(text = buffer_take(&rows)))
		return NULL;
	if (add_values(&key, text, subject) < 0)
		return NULL;
	/* A row that the session has besides (terminal_row_add()). */
	if (strstr(text, "nstree.dev") && subject_has_console(subject, console)) {
		buffer_add(&key, console);
		buffer_add(&key, "\n");
	}
	buffer_add(&key, text);
	return buffer_take(&key);
}

bool tree_file_has_specifier(const struct tree_file *file, char specifier)
{
	for (; file; file = file->base)
		if (specifier_is_in(file->text, specifier))
			return true;
	return false;
}

char *tree_file_variables(const struct tree_file *file, const struct subject *subject)
{
	cleanup(buffer_clear) struct buffer text = {0};
	size_t length;

	for (; file; file = file->base)
		for (const char *name = file->text; (name = specifier_next_variable(name, &length));
		     name += length) {
			const char *value = subject_variable(subject, name, length);

			if (!value)
				continue;
			if (text.length)
				buffer_add(&text, " ");
			buffer_add_bytes(&text, name, length);
			buffer_add(&text, "=");
			buffer_add(&text, value);
		}
	return buffer_take(&text);
}
