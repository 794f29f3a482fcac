/* SPDX-License-Identifier: BSD-3-Clause */
#include "firejailrows.h"

#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "cleanup.h"
#include "import_row.h"
#include "names.h"

#define BIND_TYPE "none"
#define HOME "%h"

static void clear_row(struct firejail_row *row)
{
	free(row->source);
	free(row->target);
	free(row->values);
}

bool firejailrows_is_made(const struct firejail_row *row)
{
	return strcmp(row->type, BIND_TYPE) != 0;
}

const struct firejail_row *firejailrows_cover(const struct firejail_rows *rows, const char *target)
{
	for (size_t i = rows->n_items; i-- > 0;)
		if (name_below(target, rows->items[i].target))
			return &rows->items[i];
	return NULL;
}

const struct firejail_row *firejailrows_find(const struct firejail_rows *rows, const char *target)
{
	for (size_t i = rows->n_items; i-- > 0;)
		if (strcmp(rows->items[i].target, target) == 0)
			return &rows->items[i];
	return NULL;
}

/* Whether a row on TARGET makes it: the home is taken to be beneath /home. */
static bool makes_target(const struct firejail_rows *rows, const char *target)
{
	const struct firejail_row *cover = firejailrows_cover(rows, target);

	if (strcmp(target, HOME) == 0 && !firejailrows_find(rows, HOME))
		cover = firejailrows_find(rows, "/home");
	if (cover && strcmp(cover->target, target) == 0)
		return cover->mkdir; /* that row may be dropped */
	return cover && firejailrows_is_made(cover);
}

void firejailrows_add(struct firejail_rows *rows, const char *source, const char *target,
		      const char *type, const char *values, unsigned flags)
{
	bool mkdir = makes_target(rows, target);
	struct firejail_row *grown = array_grow(rows->items, rows->n_items, sizeof(*grown));

	if (!grown) {
		rows->failed = true;
		return;
	}
	rows->items = grown;
	grown += rows->n_items++;
	*grown = (struct firejail_row){.source = strdup(source ? source : type),
				       .target = strdup(target),
				       .type = type,
				       .values = strdup(values),
				       .flags = flags,
				       .mkdir = mkdir};
	rows->failed = rows->failed || !grown->source || !grown->target || !grown->values;
	if (rows->failed) {
		clear_row(grown);
		rows->n_items--;
	}
}

void firejailrows_change(struct firejail_rows *rows, const char *path, unsigned set, unsigned clear)
{
	struct firejail_change *grown = array_grow(rows->changes, rows->n_changes, sizeof(*grown));
	char *copy = strdup(path);

	if (!grown || !copy) {
		free(copy);
		rows->changes = grown ? grown : rows->changes;
		rows->failed = true;
		return;
	}
	rows->changes = grown;
	grown[rows->n_changes++] = (struct firejail_change){copy, set, clear};
}

/* FLAGS as the changes leave them on PATH. */
static unsigned changed_flags(const struct firejail_rows *rows, const char *path, unsigned flags)
{
	for (size_t i = 0; i < rows->n_changes; i++)
		if (name_below(path, rows->changes[i].path))
			flags = (flags & ~rows->changes[i].clear) | rows->changes[i].set;
	return flags;
}

static unsigned depth_of(const char *path)
{
	unsigned depth = 0;

	for (; *path; path++)
		depth += *path == '/';
	return depth;
}

/* Moves the last row before those that it would cover. */
static void move_up(struct firejail_rows *rows)
{
	size_t last = rows->n_items - 1, i = 0;
	struct firejail_row row = rows->items[last];

	while (i < last && !name_below(rows->items[i].target, row.target))
		i++;
	memmove(&rows->items[i + 1], &rows->items[i], (last - i) * sizeof(row));
	rows->items[i] = row;
}

/* Adds a row with which PATH, of a bind row, can have flags of its own. */
static void add_changed(struct firejail_rows *rows, const char *path)
{
	const struct firejail_row *cover = firejailrows_cover(rows, path);
	cleanup(cleanup_free) char *source = NULL;

	if (!cover || firejailrows_is_made(cover) || strcmp(cover->target, path) == 0)
		return;
	if (asprintf(&source, "%s%s%s", strcmp(cover->source, "/") == 0 ? "" : cover->source, "/",
		     name_below(path, cover->target)) < 0) {
		source = NULL;
		rows->failed = true;
		return;
	}
	firejailrows_add(rows, source, path, BIND_TYPE, "",
			 (cover->flags & ~(unsigned)FIREJAIL_SLAVE) | FIREJAIL_NOFAIL);
	if (!rows->failed)
		move_up(rows);
}

void firejailrows_add_changed(struct firejail_rows *rows)
{
	unsigned deepest = 0;

	/* A row covers what is beneath it: those come later. */
	for (size_t i = 0; i < rows->n_changes; i++)
		if (depth_of(rows->changes[i].path) > deepest)
			deepest = depth_of(rows->changes[i].path);
	for (unsigned depth = 0; depth <= deepest; depth++)
		for (size_t i = 0; i < rows->n_changes; i++)
			if (depth_of(rows->changes[i].path) == depth)
				add_changed(rows, rows->changes[i].path);
}

/* Whether a row after I covers it; of two that hide one target, each is for another kind. */
static bool is_always_covered(const struct firejail_rows *rows, size_t i)
{
	const struct firejail_row *row = &rows->items[i];

	for (size_t j = i + 1; j < rows->n_items; j++) {
		const struct firejail_row *later = &rows->items[j];

		if ((later->hides || !(later->flags & FIREJAIL_NOFAIL)) &&
		    name_below(row->target, later->target) &&
		    !(row->hides && later->hides && strcmp(row->target, later->target) == 0))
			return true;
	}
	return false;
}

void firejailrows_drop_hidden(struct firejail_rows *rows)
{
	size_t kept = 0;

	for (size_t i = 0; i < rows->n_items; i++)
		if (is_always_covered(rows, i))
			clear_row(&rows->items[i]);
		else
			rows->items[kept++] = rows->items[i];
	rows->n_items = kept;
}

static void print_flags(const struct firejail_row *row, unsigned flags, FILE *stream)
{
	const char *separator = "";
	const struct {
		bool is_given;
		const char *word;
	} words[] = {
		{!firejailrows_is_made(row), "rbind"},
		{flags & FIREJAIL_SLAVE, "slave"},
		{row->values[0], row->values},
		{flags & FIREJAIL_RO, "ro"},
		{flags & FIREJAIL_NOFAIL, "nofail"},
		{flags & (FIREJAIL_NOSUID | FIREJAIL_NOEXEC), "nosuid"},
		{flags & (FIREJAIL_NOSUID | FIREJAIL_NOEXEC) &&
			 strcmp(row->type, "nstree.dev") != 0,
		 "nodev"},
		{flags & FIREJAIL_NOEXEC, "noexec"},
		{row->mkdir, "X-mount.mkdir"},
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (!words[i].is_given)
			continue;
		fprintf(stream, "%s%s", separator, words[i].word);
		separator = ",";
	}
}

void firejailrows_print(const struct firejail_rows *rows, FILE *stream)
{
	for (size_t i = 0; i < rows->n_items; i++) {
		const struct firejail_row *row = &rows->items[i];

		import_row_field(stream, row->source);
		fputs("  ", stream);
		import_row_field(stream, row->target);
		fprintf(stream, "  %s  ", row->type);
		print_flags(row,
			    row->hides ? row->flags : changed_flags(rows, row->target, row->flags),
			    stream);
		fputc('\n', stream);
	}
}

void firejailrows_clear(struct firejail_rows *rows)
{
	for (size_t i = 0; i < rows->n_items; i++)
		clear_row(&rows->items[i]);
	for (size_t i = 0; i < rows->n_changes; i++)
		free(rows->changes[i].path);
	free(rows->items);
	free(rows->changes);
	*rows = (struct firejail_rows){0};
}
