/* SPDX-License-Identifier: BSD-3-Clause */
#include "layers.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "lib.h"

/* Each row of a base: SOURCE TARGET TYPE OPTIONS, a line each, and no comments. */
static const struct {
	const char *name, *path, *text;
} bases[] = {
	{"base", "/base",
	 "/srv / none bind\n/a /a none bind\n/b /a/b none bind,ro\ntmpfs /b tmpfs\n"
	 "/c /c none bind\n"},
	{"devices", "/devices", "/srv / none bind\nnstree /dev nstree.dev\n/b /b none bind\n"},
	{"middle", "/middle",
	 "base / nstree.tree\nnone /c nstree.none\ntmpfs /a tmpfs\n/m /m none bind\n"},
	{"back", "/back", "fuzz / nstree.tree\n"},
};

int layers_read(void *unused, const char *name, struct tree_file **file, struct error *error)
{
	(void)unused;
	for (size_t i = 0; i < COUNT(bases); i++) {
		if (strcmp(bases[i].name, name) != 0)
			continue;
		*file = calloc(1, sizeof(**file));
		claim(*file);
		**file = (struct tree_file){.name = strdup(name),
					    .path = strdup(bases[i].path),
					    .text = strdup(bases[i].text),
					    .length = strlen(bases[i].text)};
		claim((*file)->name && (*file)->path && (*file)->text);
		return 0;
	}
	return error_set(error, ENOENT, "no tree '%s'", name);
}

bool layers_is_circle(const struct error *error)
{
	return !strcmp(error->file, "/back") && error->line == 1 && error->number == EINVAL &&
	       strstr(error->words, FUZZ_FILE ":");
}

static bool is_fuzzed(const struct row *row)
{
	return !strcmp(row->file, FUZZ_FILE);
}

bool layers_has_devices(const struct tree *tree)
{
	for (size_t i = 0; i < tree->n_rows; i++)
		if (tree->rows[i].kind == ROW_DEVICES && !is_fuzzed(&tree->rows[i]))
			return true;
	return false;
}

/* How many of TREE's rows are of LINE: four or more of an nstree.dev row, one of most. */
static size_t count_rows(const struct tree *tree, unsigned line, bool *devices)
{
	size_t count = 0;

	*devices = false;
	for (size_t i = 0; i < tree->n_rows; i++) {
		if (!is_fuzzed(&tree->rows[i]) || tree->rows[i].line != line)
			continue;
		count++;
		*devices |= tree->rows[i].kind == ROW_DEVICES;
	}
	return count;
}

/* The third field of line LINE; "" where a \\ooo in it may hide what it is. For free(3). */
static char *type_of_line(const char *bytes, size_t size, unsigned line)
{
	char *text cleanup(cleanup_free) = fuzz_line(bytes, size, line);
	char *rest, *type;

	strtok_r(text, FUZZ_BLANKS, &rest);
	strtok_r(NULL, FUZZ_BLANKS, &rest);
	type = strtok_r(NULL, FUZZ_BLANKS, &rest);
	claim(type);
	return strdup(strchr(type, '\\') ? "" : type);
}

/* Claims the rows of the fuzzed file; returns whether it may take some of the bases' away. */
static bool claim_lines(const struct tree *tree, const char *bytes, size_t size)
{
	unsigned first = fuzz_next_row(bytes, size, 1);
	bool takes = false;

	for (unsigned line = first; line; line = fuzz_next_row(bytes, size, line + 1)) {
		char *type cleanup(cleanup_free) = type_of_line(bytes, size, line);
		bool devices, none = !strcmp(type, "nstree.none");
		size_t count = count_rows(tree, line, &devices);

		claim((line == first) == !strcmp(type, "nstree.tree"));
		if (line == first || none)
			claim(count == 0);
		else if (*type)
			claim(devices ? count >= 4 : count == 1);
		takes |= none || !*type;
	}
	return takes;
}

static bool has_target(const struct tree *tree, const char *target)
{
	for (size_t i = 0; i < tree->n_rows; i++)
		if (!strcmp(tree->rows[i].target, target))
			return true;
	return false;
}

static void claim_replaced(const struct tree *tree)
{
	for (size_t i = 0; i < tree->n_rows; i++)
		for (size_t j = 0; j < tree->n_rows && !is_fuzzed(&tree->rows[i]); j++)
			claim(!is_fuzzed(&tree->rows[j]) ||
			      strcmp(tree->rows[i].target, tree->rows[j].target) != 0);
}

static void claim_order(const struct tree *tree, const char *path)
{
	unsigned line = 0;

	for (size_t i = 0; i < tree->n_rows; i++) {
		if (strcmp(tree->rows[i].file, path) != 0)
			continue;
		claim(tree->rows[i].line >= line);
		line = tree->rows[i].line;
	}
}

/* Every target of the lowest base that only the fuzzed file may take away. */
static void claim_targets(const struct tree *tree, const char *text)
{
	size_t size = strlen(text);

	for (unsigned line = 1; line; line = fuzz_next_row(text, size, line + 1)) {
		char *copy cleanup(cleanup_free) = fuzz_line(text, size, line);
		char *rest, *target;

		strtok_r(copy, FUZZ_BLANKS, &rest);
		target = strtok_r(NULL, FUZZ_BLANKS, &rest);
		claim(has_target(tree, target) || !strcmp(target, "/c"));
	}
}

void layers_claim(const struct tree *tree, const char *bytes, size_t size)
{
	bool takes = claim_lines(tree, bytes, size);

	claim_replaced(tree);
	for (size_t i = 0; i < COUNT(bases); i++) {
		claim_order(tree, bases[i].path);
		if (!takes && !strcmp(tree->files[0], bases[i].path))
			claim_targets(tree, bases[i].text);
	}
}
