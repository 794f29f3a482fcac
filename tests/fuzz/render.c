/* SPDX-License-Identifier: BSD-3-Clause */
#include "render.h"

#include <linux/mount.h>
#include <stdlib.h>
#include <string.h>

#include "lib.h"

static const struct {
	uint64_t bit;
	const char *set;
	const char *clear;
} flags[] = {
	{MOUNT_ATTR_RDONLY, "ro", "rw"},
	{MOUNT_ATTR_NOSUID, "nosuid", "suid"},
	{MOUNT_ATTR_NODEV, "nodev", "dev"},
	{MOUNT_ATTR_NOEXEC, "noexec", "exec"},
	{MOUNT_ATTR_NODIRATIME, "nodiratime", "diratime"},
	{MOUNT_ATTR_NOSYMFOLLOW, "nosymfollow", "symfollow"},
};

/* Text as libmount unescapes it, and with '%' doubled where specifiers are expanded. */
static void put(FILE *out, const char *text, bool expands)
{
	for (; *text; text++)
		if ((unsigned char)*text <= ' ' || strchr("\\#\x7f", *text))
			fprintf(out, "\\%03o", (unsigned char)*text);
		else
			fprintf(out, "%s%c", expands && *text == '%' ? "%" : "", *text);
}

static bool put_value(FILE *out, const char *key, const char *value)
{
	const char *quote = value && strchr(value, ',') ? "\"" : "";

	fputc(',', out);
	put(out, key, false);
	if (value) {
		fprintf(out, "=%s", quote);
		put(out, value, true);
		fputs(quote, out);
	}
	return !strchr(key, '"') && !(value && strchr(value, '"'));
}

static void put_attributes(FILE *out, const struct row *row)
{
	for (size_t i = 0; i < COUNT(flags); i++)
		if (row->attributes_set & flags[i].bit)
			fprintf(out, ",%s", flags[i].set);
		else if (row->attributes_clear & flags[i].bit)
			fprintf(out, ",%s", flags[i].clear);
	if (row->attributes_set & MOUNT_ATTR_NOATIME)
		fputs(",noatime", out);
	else if (row->attributes_set & MOUNT_ATTR_STRICTATIME)
		fputs(",strictatime", out);
	else if (row->attributes_clear & MOUNT_ATTR__ATIME)
		fputs(",relatime", out);
}

static bool put_options(FILE *out, const struct row *row)
{
	bool readable = true;

	fputs("defaults", out);
	if (row->kind == ROW_BIND)
		fputs(row->recursive ? ",rbind" : ",bind", out);
	if (row->slave)
		fputs(",slave", out);
	if (row->nofail)
		fputs(",nofail", out);
	if (row->make_target)
		fprintf(out, ",X-mount.mkdir=%o", row->make_mode);
	if (row->create_source)
		fprintf(out, ",x-nstree.create=%o", row->create_mode);
	if (row->remove_source)
		fputs(",x-nstree.remove", out);
	if (row->owner != ROW_UNSET)
		fprintf(out, ",X-mount.owner=%u", row->owner);
	if (row->group != ROW_UNSET)
		fprintf(out, ",X-mount.group=%u", row->group);
	if (row->mode != ROW_UNSET)
		fprintf(out, ",X-mount.mode=%o", row->mode);
	put_attributes(out, row);
	if (row->subdirectory)
		readable &= put_value(out, "X-mount.subdir", row->subdirectory);
	if (row->mounted)
		readable &= put_value(out, "x-nstree.mounted", row->mounted);
	if (row->upper)
		readable &= put_value(out, "x-nstree.upper", row->upper);
	if (row->devices)
		readable &= put_value(out, "devices", row->devices);
	for (size_t i = 0; i < row->n_options; i++)
		readable &= put_value(out, row->options[i].key, row->options[i].value);
	return readable;
}

static const char *type_of(const struct row *row)
{
	switch (row->kind) {
	case ROW_BIND:
		return "none";
	case ROW_DEVICES:
		return "nstree.dev";
	case ROW_SYMLINK:
		return "nstree.symlink";
	case ROW_FILESYSTEM:
		return row->type;
	case ROW_NONE:
		break;
	}
	fuzz_stop("a tree has no such row", __FILE__, __LINE__);
}

bool render_tree(const struct tree *tree, char **text)
{
	FILE *out = open_memstream(text, &(size_t){0});
	bool readable = true;

	claim(out);
	for (size_t i = 0; i < tree->n_rows; i++) {
		const struct row *row = &tree->rows[i];

		/* What nstree.dev added is written by its own row. */
		if (i && row_is_same_line(row, row - 1))
			continue;
		put(out, row->source, true);
		fputc(' ', out);
		put(out, row->target, true);
		fputc(' ', out);
		put(out, type_of(row), false);
		fputc(' ', out);
		readable &= put_options(out, row);
		fputc('\n', out);
	}
	claim(fclose(out) == 0);
	return readable;
}
