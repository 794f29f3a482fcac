/* SPDX-License-Identifier: BSD-3-Clause */
#include "row_read.h"

#include <errno.h>
#include <string.h>

#include "cleanup.h"
#include "lines.h"
#include "names.h"
#include "row_options.h"
#include "specifier.h"

static int read_filesystem_type(struct row *row, const char *type, struct error *error)
{
	if (strncmp(type, "nstree.", strlen("nstree.")) == 0)
		return error_set(error, EINVAL,
				 "unknown type '%s': write nstree.dev or nstree.symlink, or "
				 "nstree.tree or nstree.none in a tree that is built on another",
				 type);
	if (strcmp(type, "bind") == 0 || strcmp(type, "rbind") == 0)
		return error_set(error, EINVAL,
				 "'%s' is no type: write type none and %s among the options", type,
				 type);
	if (strcmp(type, "tree") == 0 || strcmp(type, "symlink") == 0 || strcmp(type, "dev") == 0)
		return error_set(error, EINVAL, "'%s' is no type: write nstree.%s", type, type);
	if (strcmp(type, "swap") == 0)
		return error_set(error, EINVAL, "swap cannot be mounted: leave the row out");
	if (strcmp(type, "auto") == 0)
		return error_set(error, EINVAL,
				 "type auto is not guessed: write the filesystem's name, or none "
				 "for what the options bind");
	if (lines_false_blank(type))
		return error_set(error, EINVAL, "'%s' is no type", type);
	row->kind = ROW_FILESYSTEM;
	row->type = strdup(type);
	return row->type ? 0 : error_no_memory(error);
}

static int read_type(struct row *row, const char *type, struct error *error)
{
	if (strcmp(type, "none") == 0) {
		row->kind = ROW_BIND;
	} else if (strcmp(type, "nstree.dev") == 0) {
		row->kind = ROW_DEVICES;
		row->attributes_set = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC | MOUNT_ATTR_RDONLY;
	} else if (strcmp(type, "nstree.symlink") == 0) {
		row->kind = ROW_SYMLINK;
	} else if (strcmp(type, "nstree.none") == 0) {
		row->kind = ROW_NONE;
	} else {
		return read_filesystem_type(row, type, error);
	}
	return 0;
}

static int check_source_path(const struct row *row, struct error *error)
{
	const char *source = row->source;

	if (row->kind == ROW_BIND && source[0] != '/')
		return error_set(
			error, EINVAL,
			"source '%s' is not an absolute path: write one, as in " ROW_EXAMPLE,
			source);
	if ((row->kind == ROW_BIND || (row->kind == ROW_FILESYSTEM && source[0] == '/')) &&
	    name_has_dots(source))
		return error_set(error, EINVAL,
				 "source '%s' holds '.' or '..': write the path without them",
				 source);
	return 0;
}

/* Removes "//" and a trailing "/" from the absolute PATH. */
static void normalise(char *path)
{
	char *end = path;

	for (const char *from = path; *from; from++)
		if (*from != '/' || end == path || end[-1] != '/')
			*end++ = *from;
	if (end > path + 1 && end[-1] == '/')
		end--;
	*end = '\0';
}

static int read_source(struct row *row, const struct row_fields *fields,
		       const struct subject *subject, struct error *error)
{
	int r;

	if (row->kind != ROW_SYMLINK && fields->tagged)
		return error_set(error, EINVAL,
				 "source '%s' is not looked up: write a path, as in "
				 "/dev/disk/by-uuid/... or /dev/disk/by-label/...",
				 fields->source);
	r = specifier_expand(fields->source, subject, &row->source, error);
	if (r == 0)
		r = check_source_path(row, error);
	if (r == 0 && row->kind == ROW_BIND)
		normalise(row->source);
	return r;
}

static int read_target(struct row *row, const char *written, const struct subject *subject,
		       struct error *error)
{
	int r = specifier_expand(written, subject, &row->target, error);

	if (r < 0)
		return r;
	if (row->target[0] != '/')
		return error_set(
			error, EINVAL,
			"target '%s' is not an absolute path: write one, as in " ROW_EXAMPLE,
			row->target);
	if (name_has_dots(row->target))
		return error_set(error, EINVAL,
				 "target '%s' holds '.' or '..': write the path without them",
				 row->target);
	normalise(row->target);
	return 0;
}

static void note_specifiers(struct row *row, const char *source, const char *target)
{
	row->uses_home = specifier_is_in(source, 'h') || specifier_is_in(target, 'h');
	row->home_source = specifier_is_in(source, 'h');
	row->variable_source = specifier_is_in(source, '{');
	row->user_target = specifier_is_in(target, 'h') || specifier_is_in(target, 'u') ||
			   specifier_is_in(target, 'U') || specifier_is_in(target, 'i') ||
			   specifier_is_in(target, '{');
}

/* A type of this module's in the column before it, where a path or a tree's name belongs. */
static int check_columns(const struct row_fields *fields, struct error *error)
{
	if (strncmp(fields->source, "nstree.", strlen("nstree.")) != 0 ||
	    strncmp(fields->type, "nstree.", strlen("nstree.")) == 0)
		return 0;
	return error_set(error, EINVAL,
			 "'%.100s' is a type, and stands in the source's column: write '%.100s "
			 "%.100s %.100s'",
			 fields->source, fields->type, fields->target, fields->source);
}

int row_read(const struct row_fields *fields, const struct subject *subject, struct row *row,
	     struct error *error)
{
	int r = error_mark(error, CODE_ROW_SOURCE, check_columns(fields, error));

	if (r == 0)
		r = error_mark(error, CODE_ROW_TYPE, read_type(row, fields->type, error));
	if (r < 0)
		return r;
	r = error_mark(error, CODE_ROW_SOURCE, read_source(row, fields, subject, error));
	if (r < 0)
		return r;
	r = error_mark(error, CODE_ROW_TARGET, read_target(row, fields->target, subject, error));
	if (r < 0)
		return r;
	note_specifiers(row, fields->source, fields->target);
	return error_mark(error, CODE_ROW_OPTION,
			  row_read_options(row, fields->options, subject, error));
}
