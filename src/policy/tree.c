/* SPDX-License-Identifier: BSD-3-Clause */
#include "tree.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buffer.h"
#include "cleanup.h"
#include "device_rows.h"
#include "lines.h"
#include "mountlib.h"
#include "names.h"
#include "row_read.h"

#define ROOT_EXAMPLE "'/srv/tree / none rbind,ro,nosuid,nodev'"
#define BASE_EXAMPLE "'host-ro / " TREE_FILE_BASE_TYPE "'"

void tree_free(struct tree *tree)
{
	if (!tree)
		return;
	for (size_t i = 0; i < tree->n_rows; i++)
		row_clear(&tree->rows[i]);
	free(tree->rows);
	free(tree->name);
	for (size_t i = 0; i < tree->n_files; i++)
		free(tree->files[i]);
	free(tree->files);
	free(tree);
}

int tree_insert_row(struct tree *tree, size_t index, struct row *row, struct error *error)
{
	struct row *larger = reallocarray(tree->rows, tree->n_rows + 1, sizeof(*larger));

	if (!larger)
		return error_no_memory(error);
	tree->rows = larger;
	memmove(&larger[index + 1], &larger[index], (tree->n_rows - index) * sizeof(*larger));
	tree->n_rows++;
	larger[index] = *row;
	*row = (struct row){0};
	return 0;
}

bool tree_covers(const struct tree *tree, size_t index, const char *path)
{
	for (size_t i = index + 1; i < tree->n_rows; i++)
		if (tree->rows[i].kind != ROW_SYMLINK && name_below(path, tree->rows[i].target))
			return true;
	return false;
}

static int check_root(const struct row *row, struct error *error)
{
	if (row->kind == ROW_DEVICES || row->kind == ROW_SYMLINK)
		return error_set(error, EINVAL,
				 "the root must be a directory or a filesystem: write it as "
				 "in " ROOT_EXAMPLE);
	if (row->nofail)
		return error_set(error, EINVAL,
				 "nofail on the root row: there is no session without its root; "
				 "leave nofail out");
	if (row->network != ROW_NETWORK_ANY)
		return error_set(error, EINVAL,
				 "x-nstree.net on the root row: there is no session without its "
				 "root; leave it out");
	if (row->make_target)
		return error_set(error, EINVAL,
				 "X-mount.mkdir on the root row: there is nothing to make it in; "
				 "leave it out");
	return 0;
}

/* Where the fields of a tree's rows come from: libmount, which adds each row's to the known ones.
 */
struct splitter {
	struct mountlib mountlib;
	struct buffer *known;
	struct fields_reader kept; /* the known ones, where there were any; else empty */
	bool failed;		   /* a row could not be split: the known ones lack it */
};

/* A tree while its files are read, from the lowest base up. */
struct reading {
	struct tree *tree;
	struct splitter splitter;
	const struct subject *subject;
	const struct faults *faults;
	const struct tree_file *file; /* the one that is read now */
	const char *path;	      /* TREE's string for it */
	size_t n_base; /* TREE's first rows: those of the bases, and what stands in their place */
};

/* There is one root: a base's, which this file may replace, or else its first row. */
static int check_root_place(const struct reading *reading, const struct row *row,
			    struct error *error)
{
	const struct tree *tree = reading->tree;
	bool root = strcmp(row->target, "/") == 0;

	if (root && tree->n_rows && row->uses_home)
		return error_mark(
			error, CODE_HOME_SYSTEM_DIRECTORY,
			error_set(error, EPERM,
				  "the home directory of %s is '/', which is the root of the tree; "
				  "give %s a home directory of its own (usermod --home)",
				  reading->subject->user, reading->subject->user));
	if (root && tree->n_rows && (!reading->n_base || tree->rows[0].file == reading->path))
		return error_set(error, EINVAL,
				 "a second root: line %u has target '/' already; write another "
				 "target, or leave the row out",
				 tree->rows[0].line);
	/* A root row that was wrong has been reported already. */
	if (!root && !tree->n_rows && !tree->faulty)
		return error_set(error, EINVAL,
				 "no root row: the first row's target is '%s' and must be '/', as "
				 "in " ROOT_EXAMPLE,
				 row->target);
	return root ? check_root(row, error) : 0;
}

/* Adds to ERROR what the row TEXT holds that looks like the end of a field. */
static void explain_blank(const char *text, struct error *error)
{
	const char *blank = lines_false_blank(text);
	size_t length = strlen(error->words);

	if (blank)
		snprintf(error->words + length, sizeof(error->words) - length,
			 "; the line holds %s, which separates nothing: write blanks or tabs",
			 blank);
}

/* --- rows of a tree that is built on another -----------------------------------------------------
 */

/* Whether it is the row that the base was found by, before libmount split it. */
static int check_base_row(const struct reading *reading, const struct row_fields *fields,
			  unsigned line, struct error *error)
{
	struct fields_reader options = fields->options;
	const char *key = "", *value;
	int r = row_fields_option(&options, &key, &value);

	if (r > 0 && strcmp(key, "defaults") == 0 && !value)
		r = row_fields_option(&options, &key, &value);
	if (line != reading->file->base_line && reading->file->base_line)
		return error_set(error, EINVAL,
				 "a second row of type " TREE_FILE_BASE_TYPE
				 ": line %u has one already, and that tree may be built on a "
				 "third; leave this row out",
				 reading->file->base_line);
	if (line != reading->file->base_line)
		return error_set(error, EINVAL,
				 "type " TREE_FILE_BASE_TYPE
				 " in a row that is not the first, or written with \\ooo: put it "
				 "before the other rows, as in " BASE_EXAMPLE);
	if (strcmp(fields->source, reading->file->base->name) != 0)
		return error_set(error, EBADMSG, "its fields name another tree than its text");
	if (strcmp(fields->target, "/") != 0)
		return error_set(error, EINVAL,
				 "the target of " TREE_FILE_BASE_TYPE
				 " is '%s' and must be '/', as in " BASE_EXAMPLE,
				 fields->target);
	return r ? error_set(error, EINVAL,
			     "option '%s' does not go with " TREE_FILE_BASE_TYPE
			     ": leave it out, and write it in a row with the target that it is for",
			     key)
		 : 0;
}

/* Takes row INDEX out of the bases' rows, and for an nstree.dev row what it mounts. */
static void remove_base_row(struct reading *reading, size_t index)
{
	struct tree *tree = reading->tree;
	const struct row removed = tree->rows[index];
	size_t kept = index, n_rows = tree->n_rows;

	for (size_t i = index; i < n_rows; i++) {
		struct row *row = &tree->rows[i];

		if (i == index ||
		    (removed.kind == ROW_DEVICES && row_is_same_line(row, &removed))) {
			row_clear(row);
			reading->n_base--;
		} else {
			tree->rows[kept++] = *row;
		}
	}
	tree->n_rows = kept;
}

/* Whose home or name decides ROW's target must not decide which row OLD of the site goes. */
static int check_base_target(const struct reading *reading, const struct row *old,
			     const struct row *row, struct error *error)
{
	if (!row->user_target || old->user_target)
		return 0;
	return error_set(
		error, EPERM,
		"the target is '%s' for %s, which has a row in %s:%u: a target written "
		"with %%h, %%u, %%U, %%i or %%{...} takes no other row's place; write the path "
		"itself, or give %s another home directory",
		row->target, reading->subject->user, old->file, old->line, reading->subject->user);
}

/*
 * Removes the rows of the bases that have ROW's target, and sets *INDEX to where ROW belongs: in
 * the place of the first of them, or behind the rows of its own file that took it. Returns how many
 * were removed, or a negative errno; *INDEX is SIZE_MAX where there is no such place.
 */
static int clear_place(struct reading *reading, const struct row *row, size_t *index,
		       struct error *error)
{
	int removed = 0, r;

	*index = SIZE_MAX;
	for (size_t i = 0; i < reading->n_base; i++) {
		const struct row *old = &reading->tree->rows[i];

		if (strcmp(old->target, row->target) != 0)
			continue;
		if (old->file == reading->path) {
			while (i + 1 < reading->n_base && row_is_same_line(old + 1, old))
				old++, i++;
			*index = i + 1;
			continue;
		}
		r = check_base_target(reading, old, row, error);
		if (r < 0)
			return r;
		*index = *index == SIZE_MAX ? i : *index;
		remove_base_row(reading, i--);
		removed++;
	}
	return removed;
}

static int take_away(struct reading *reading, const struct row *row, struct error *error)
{
	const struct tree_file *base = reading->file->base;
	size_t index;
	int removed;

	if (!base)
		return error_set(error, EINVAL,
				 "nstree.none takes a row of another tree away, and this tree is "
				 "built on none: leave the row out, or begin with one as "
				 "in " BASE_EXAMPLE);
	if (strcmp(row->target, "/") == 0)
		return error_set(error, EINVAL,
				 "nstree.none on the root: there is no session without its root; "
				 "write another row with the target '/' instead");
	removed = clear_place(reading, row, &index, error);
	/* A row that was wrong has been reported already. */
	if (removed || row->nofail || reading->tree->faulty)
		return removed < 0 ? removed : 0;
	return error_set(error, EINVAL,
			 "nstree.none finds no row with the target '%s' in tree '%s' (%s, which "
			 "line %u names): correct the target, leave the row out, or add nofail if "
			 "it may be missing",
			 row->target, base->name, base->path, reading->file->base_line);
}

/* ROW, or a mount of the nstree.dev row before it, becomes row INDEX. */
static int put_row(struct reading *reading, size_t index, struct row *row, struct error *error)
{
	int r = tree_insert_row(reading->tree, index, row, error);

	if (r == 0 && index < reading->n_base)
		reading->n_base++;
	return r;
}

static int put_device_mounts(struct reading *reading, size_t devices, struct error *error)
{
	cleanup(globfree) glob_t found;
	int made = 1, r = device_rows_find(&reading->tree->rows[devices], &found, error);

	for (size_t i = 0; r == 0 && made > 0; i++) {
		cleanup(row_clear) struct row row = {0};

		made = device_rows_make(&reading->tree->rows[devices], &found, i, &row, error);
		if (made > 0)
			r = put_row(reading, devices + 1 + i, &row, error);
	}
	return made < 0 ? made : r;
}

static int place_row(struct reading *reading, struct row *row, struct error *error)
{
	bool devices = row->kind == ROW_DEVICES;
	size_t index;
	int r = clear_place(reading, row, &index, error);

	if (r < 0)
		return r;
	if (index == SIZE_MAX)
		index = reading->tree->n_rows;
	r = put_row(reading, index, row, error);
	return r == 0 && devices ? put_device_mounts(reading, index, error) : r;
}

static int read_tree_row(struct reading *reading, const struct row_fields *fields, unsigned line,
			 struct error *error)
{
	cleanup(row_clear) struct row row = row_empty(reading->path, line);
	int r;

	if (strcmp(fields->type, TREE_FILE_BASE_TYPE) == 0)
		return error_mark(error, CODE_TREE_BASE,
				  check_base_row(reading, fields, line, error));
	r = row_read(fields, reading->subject, &row, error);
	if (r == 0 && row.kind == ROW_NONE)
		return take_away(reading, &row, error);
	if (r == 0)
		r = error_mark(error, CODE_TREE_ROOT, check_root_place(reading, &row, error));
	return r < 0 ? r : place_row(reading, &row, error);
}

/* --- files ---------------------------------------------------------------------------------------
 */

static void reading_clear(struct reading *reading)
{
	mountlib_unload(&reading->splitter.mountlib);
}

/* TEXT's fields, valid until the next call. */
static int split_tree_row(struct splitter *splitter, char *text, struct row_fields *fields,
			  struct error *error)
{
	struct fields_reader added;
	size_t before = splitter->known->length;
	int result;

	if (splitter->kept.next)
		return row_fields_next(&splitter->kept, fields)
			       ? 0
			       : error_set(error, EBADMSG, "its kept fields lack this row");
	result = row_fields_split(&splitter->mountlib, text, splitter->known, error);
	if (result < 0)
		return result;
	added = fields_of(splitter->known);
	added.next += before;
	return row_fields_next(&added, fields) ? 0 : error_no_memory(error);
}

static int split_and_read(struct reading *reading, char *text, unsigned line, struct error *error)
{
	struct row_fields fields;
	int r = error_mark(error, CODE_ROW_COLUMNS,
			   split_tree_row(&reading->splitter, text, &fields, error));

	reading->splitter.failed = reading->splitter.failed || r < 0;
	if (r == 0)
		r = read_tree_row(reading, &fields, line, error);
	if (r == -EINVAL)
		explain_blank(text, error);
	return r;
}

static int read_tree_rows(struct reading *reading, struct error *error)
{
	cleanup(lines_clear) struct lines lines =
		lines_of(reading->file->text, reading->file->length);
	struct tree *tree = reading->tree;
	char *text;
	int r;

	while ((r = tree_file_next_row(&lines, &text, error)) != 0) {
		if (r > 0)
			r = split_and_read(reading, text, lines.number, error);
		if (r < 0)
			error_place(error, reading->path, lines.number);
		tree->faulty = tree->faulty || r < 0;
		if (r < 0 && (r = error_continue(error, reading->faults)) < 0)
			return r;
	}
	if (tree->n_rows || tree->faulty)
		return 0;
	error_place(error, reading->path, 0);
	return error_mark(
		error, CODE_TREE_ROOT,
		error_set(error, EINVAL,
			  "it holds no row: write at least the root, as in " ROOT_EXAMPLE));
}

static int open_splitter(struct splitter *splitter, struct error *error)
{
	if (!splitter->known->length)
		return mountlib_load(&splitter->mountlib, error);
	splitter->kept = fields_of(splitter->known);
	return 0;
}

/* Reads FILE and what it is built on, from the lowest base up. */
static int fill_tree(struct reading *reading, const struct tree_file *file, struct error *error)
{
	int r = open_splitter(&reading->splitter, error);

	for (size_t i = 0; r == 0 && i < reading->tree->n_files; i++) {
		reading->file = tree_file_above(file, reading->file);
		reading->path = reading->tree->files[i];
		reading->n_base = reading->tree->n_rows;
		r = read_tree_rows(reading, error);
	}
	if (r == 0 && reading->splitter.kept.next != reading->splitter.kept.end)
		return error_set(error, EBADMSG, "its kept fields have one row more");
	return r;
}

/* The tree's name, and the paths of its files. */
static int name_tree(struct tree *tree, const struct tree_file *file, struct error *error)
{
	size_t n_files = 0;

	for (const struct tree_file *each = file; each; each = each->base)
		n_files++;
	tree->name = strdup(file->name);
	tree->files = calloc(n_files, sizeof(*tree->files));
	if (!tree->name || !tree->files)
		return error_no_memory(error);
	tree->n_files = n_files;
	for (; file; file = file->base)
		if (!(tree->files[--n_files] = strdup(file->path)))
			return error_no_memory(error);
	tree->file = tree->files[tree->n_files - 1];
	return 0;
}

static int parse_tree(const struct tree_file *file, struct buffer *fields,
		      const struct subject *subject, const struct faults *faults,
		      struct tree **tree, struct error *error)
{
	cleanup(cleanup_tree) struct tree *made = calloc(1, sizeof(*made));
	cleanup(reading_clear) struct reading reading = {
		.tree = made, .splitter.known = fields, .subject = subject, .faults = faults};
	int r;

	if (!made)
		return error_no_memory(error);
	r = name_tree(made, file, error);
	if (r == 0)
		r = fill_tree(&reading, file, error);
	if (r < 0 || reading.splitter.failed)
		buffer_clear(fields);
	if (r < 0) {
		error_place(error, file->path, 0);
		return r;
	}
	*tree = steal_pointer(&made);
	return 0;
}

int tree_parse(const struct tree_file *file, const struct subject *subject, struct tree **tree,
	       struct error *error)
{
	cleanup(buffer_clear) struct buffer fields = {0};

	return parse_tree(file, &fields, subject, NULL, tree, error);
}

int tree_parse_fields(const struct tree_file *file, struct buffer *fields,
		      const struct subject *subject, struct tree **tree, struct error *error)
{
	return parse_tree(file, fields, subject, NULL, tree, error);
}

int tree_parse_all(const struct tree_file *file, struct buffer *fields,
		   const struct subject *subject, const struct faults *faults, struct tree **tree,
		   struct error *error)
{
	return parse_tree(file, fields, subject, faults, tree, error);
}

int tree_load_all(const char *name, const struct subject *subject, const struct faults *faults,
		  struct tree **tree, struct error *error)
{
	cleanup(cleanup_tree_file) struct tree_file *file = NULL;
	cleanup(buffer_clear) struct buffer fields = {0};
	int r = tree_file_load(name, subject, &file, error);

	return r < 0 ? r : parse_tree(file, &fields, subject, faults, tree, error);
}

char *tree_text(const struct tree *tree)
{
	struct buffer text = {0};

	for (size_t i = 0; i < tree->n_rows; i++)
		row_add_text(&tree->rows[i], &text);
	return buffer_take(&text);
}
