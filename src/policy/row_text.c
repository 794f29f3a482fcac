/* SPDX-License-Identifier: BSD-3-Clause */
/* A row as text: what nstree explain shows, and what a session's record has of its tree. */
#include "row.h"

#include <stdio.h>
#include <string.h>

#include "cleanup.h"

/* Appends an option, after a comma unless it is the first. The options begin at START. */
static void add_option_text(struct buffer *text, size_t start, const char *key, const char *value)
{
	const char *quote = value && strchr(value, ',') ? "\"" : "";

	if (text->length > start)
		buffer_add(text, ",");
	buffer_add(text, key);
	if (!value)
		return;
	buffer_add(text, "=");
	buffer_add(text, quote);
	buffer_add(text, value);
	buffer_add(text, quote);
}

static void add_mode(struct buffer *text, size_t start, const char *key, mode_t mode)
{
	char digits[16];

	snprintf(digits, sizeof(digits), "%04o", (unsigned)mode);
	add_option_text(text, start, key, digits);
}

static void add_id(struct buffer *text, size_t start, const char *key, unsigned id)
{
	char digits[16];

	snprintf(digits, sizeof(digits), "%u", id);
	add_option_text(text, start, key, digits);
}

/* The flags that a row clears are listed too: submounts of an rbind row may have them set. */
static void add_flags(const struct row *row, struct buffer *text, size_t start)
{
	uint64_t done = 0;

	for (const struct row_flag *flag = row_flags; flag->key; flag++) {
		uint64_t touched = row->attributes_set | row->attributes_clear;

		if (done & flag->mask || !(touched & flag->mask) ||
		    (row->attributes_set & flag->mask) != flag->bits)
			continue;
		done |= flag->mask;
		add_option_text(text, start, flag->key, NULL);
	}
}

static void add_mount_options(const struct row *row, struct buffer *text, size_t start)
{
	if (row->make_target && row->make_mode == 0755)
		add_option_text(text, start, "X-mount.mkdir", NULL);
	else if (row->make_target)
		add_mode(text, start, "X-mount.mkdir", row->make_mode);
	if (row->owner != ROW_UNSET)
		add_id(text, start, "X-mount.owner", row->owner);
	if (row->group != ROW_UNSET)
		add_id(text, start, "X-mount.group", row->group);
	if (row->mode != ROW_UNSET)
		add_mode(text, start, "X-mount.mode", row->mode);
	if (row->subdirectory)
		add_option_text(text, start, "X-mount.subdir", row->subdirectory);
	if (row->create_source && row->create_mode == 0700)
		add_option_text(text, start, "x-nstree.create", NULL);
	else if (row->create_source)
		add_mode(text, start, "x-nstree.create", row->create_mode);
	if (row->remove_source)
		add_option_text(text, start, "x-nstree.remove", NULL);
	if (row->mounted)
		add_option_text(text, start, "x-nstree.mounted",
				strcmp(row->mounted, row->source) == 0 ? NULL : row->mounted);
	if (row->upper)
		add_option_text(text, start, "x-nstree.upper", row->upper);
	if (row->devices)
		add_option_text(text, start, "devices", row->devices);
	if (row->network != ROW_NETWORK_ANY)
		add_option_text(text, start, "x-nstree.net",
				row->network == ROW_NETWORK_HOST ? "host" : "separate");
}

void row_add_options(const struct row *row, struct buffer *text)
{
	size_t start = text->length;

	if (row->kind == ROW_BIND)
		add_option_text(text, start, row->recursive ? "rbind" : "bind", NULL);
	if (row->slave)
		add_option_text(text, start, "slave", NULL);
	add_flags(row, text, start);
	for (size_t i = 0; i < row->n_options; i++)
		add_option_text(text, start, row->options[i].key, row->options[i].value);
	if (row->nofail)
		add_option_text(text, start, "nofail", NULL);
	add_mount_options(row, text, start);
}

void row_add_text(const struct row *row, struct buffer *text)
{
	cleanup(buffer_clear) struct buffer options = {0};

	buffer_add_field(text, row->source);
	buffer_add(text, " ");
	buffer_add_field(text, row->target);
	buffer_add(text, " ");
	buffer_add_field(text, row_type(row));
	buffer_add(text, " ");
	row_add_options(row, &options);
	buffer_add_field(text, options.length ? options.bytes : "defaults");
	buffer_add(text, "\n");
	text->failed |= options.failed;
}
