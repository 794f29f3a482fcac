/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A row is four strings: "t" where the source is tagged or "", source, target, type. Then each
 * option is a string that begins with OPTION_WORD, or one with OPTION_KEY and its value; one with
 * OPTION_BAD is what cannot be split, and OPTION_END is the last. Every string ends with a NUL.
 */
#include "row_fields.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"

#define BLANKS " \t"
#define TAGGED "t"
#define OPTION_WORD '-'
#define OPTION_KEY '='
#define OPTION_BAD '!'
#define OPTION_END '.'

/* A table that holds one row, and the row. */
struct fstab {
	const struct mountlib *mountlib;
	struct libmnt_table *table;
	struct libmnt_fs *fs;
};

static void fstab_clear(struct fstab *fstab)
{
	fstab->mountlib->unref_table(fstab->table);
}

static size_t count_fields(const char *text)
{
	size_t count = 0;

	for (text += strspn(text, BLANKS); *text; text += strspn(text, BLANKS)) {
		text += strcspn(text, BLANKS);
		count++;
	}
	return count;
}

static int check_field_count(const char *text, struct error *error)
{
	size_t count = count_fields(text);

	if (count < 3)
		return error_set(error, EINVAL,
				 "a row has source, target, type and options, as in " ROW_EXAMPLE
				 ": write the fields that are missing");
	if (count > 6)
		return error_set(error, EINVAL,
				 "more than six fields: write a blank within a field as \\040, and "
				 "a comment on a line of its own");
	return 0;
}

/* Has libmount split a single line, so that the line of an error is known. */
static int split_line(char *text, struct fstab *fstab, struct error *error)
{
	cleanup(cleanup_file) FILE *stream = fmemopen(text, strlen(text), "r");
	const struct mountlib *mountlib = fstab->mountlib;
	int r;

	fstab->table = mountlib->new_table();
	if (!stream || !fstab->table)
		return error_no_memory(error);
	/* It may return 0 for a line that it cannot parse: then the table has no entry. */
	r = mountlib->table_parse_stream(fstab->table, stream, "tree");
	if (r < 0 || mountlib->table_first_fs(fstab->table, &fstab->fs) != 0)
		return error_set(
			error, EINVAL,
			"cannot read this row: after the options stand at most two "
			"numbers; write options without blanks, as in " ROW_EXAMPLE
			", a blank within a name as \\040, and a comment on a line of its own");
	return 0;
}

/* The SIZE bytes at TEXT, which may be NULL, as a string. */
static void add_string(struct buffer *fields, const char *text, size_t size)
{
	if (size)
		buffer_add_bytes(fields, text, size);
	buffer_add_bytes(fields, "", 1);
}

static void add_text(struct buffer *fields, const char *text)
{
	add_string(fields, text, text ? strlen(text) : 0);
}

static void add_option(struct buffer *fields, char kind, const char *text, size_t size)
{
	buffer_add_bytes(fields, &kind, 1);
	add_string(fields, text, size);
}

/* The SIZE bytes at VALUE without the quotes around them, which only protect commas. */
static void add_value(struct buffer *fields, const char *value, size_t size)
{
	bool quoted = size >= 2 && value[0] == '"' && value[size - 1] == '"';

	add_string(fields, value + quoted, size - 2 * quoted);
}

static void split_options(const struct mountlib *mountlib, char *text, struct buffer *fields)
{
	char *name, *value;
	size_t name_size, value_size;
	int r;

	while ((r = mountlib->optstr_next_option(&text, &name, &name_size, &value, &value_size)) ==
	       0) {
		add_option(fields, value ? OPTION_KEY : OPTION_WORD, name, name_size);
		if (value)
			add_value(fields, value, value_size);
	}
	/* At an unclosed quote libmount reports the end of the list and drops the rest. */
	if (r < 0 || text[strspn(text, ",")])
		add_option(fields, OPTION_BAD, text, strlen(text));
}

int row_fields_split(const struct mountlib *mountlib, char *text, struct buffer *fields,
		     struct error *error)
{
	cleanup(fstab_clear) struct fstab fstab = {.mountlib = mountlib};
	cleanup(cleanup_free) char *options = NULL;
	const char *tag, *value;
	int result = check_field_count(text, error);

	if (result == 0)
		result = split_line(text, &fstab, error);
	if (result < 0)
		return result;
	value = mountlib->fs_get_options(fstab.fs);
	options = strdup(value ? value : "");
	if (!options)
		return error_no_memory(error);
	add_text(fields, mountlib->fs_get_tag(fstab.fs, &tag, &value) == 0 ? TAGGED : "");
	add_text(fields, mountlib->fs_get_source(fstab.fs));
	add_text(fields, mountlib->fs_get_target(fstab.fs));
	add_text(fields, mountlib->fs_get_fstype(fstab.fs));
	split_options(mountlib, options, fields);
	add_option(fields, OPTION_END, NULL, 0);
	return fields->failed ? error_no_memory(error) : 0;
}

/* The next string, NULL where no whole one is left. */
static const char *take_string(struct fields_reader *reader)
{
	const char *text = reader->next, *end;

	end = text == reader->end ? NULL : memchr(text, '\0', (size_t)(reader->end - text));
	if (!end)
		return NULL;
	reader->next = end + 1;
	return text;
}

int row_fields_option(struct fields_reader *options, const char **key, const char **value)
{
	const char *text = take_string(options);

	*key = text ? text + 1 : "";
	*value = NULL;
	if (!text || *text == OPTION_BAD)
		return -EINVAL;
	if (*text == OPTION_KEY && !(*value = take_string(options)))
		return -EINVAL;
	return *text == OPTION_END ? 0 : 1;
}

/* READER goes on behind the row's last option. */
static bool skip_options(struct fields_reader *reader)
{
	const char *text;

	while ((text = take_string(reader)) && *text != OPTION_END)
		if (*text == OPTION_KEY && !take_string(reader))
			return false;
	return text;
}

bool row_fields_next(struct fields_reader *reader, struct row_fields *row)
{
	const char *tag = take_string(reader);

	*row = (struct row_fields){.tagged = tag && *tag};
	row->source = take_string(reader);
	row->target = take_string(reader);
	row->type = take_string(reader);
	row->options = *reader;
	return tag && row->source && row->target && row->type && skip_options(reader);
}
