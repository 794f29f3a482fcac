/* SPDX-License-Identifier: BSD-3-Clause */
#include "source_mounts.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "array.h"
#include "buffer.h"
#include "cleanup.h"

#define RESOLVE_INSIDE                                                                             \
	(RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS | RESOLVE_CACHED)

void source_mounts_clear(struct source_mounts *known)
{
	for (size_t i = 0; i < known->n_items; i++)
		free(known->items[i].name);
	free(known->items);
	nametable_clear(&known->by_name);
	*known = (struct source_mounts){0};
}

/* NULL where memory ran out. */
static const struct source_mount *find_source(struct source_mounts *known, const char *name)
{
	const size_t *number = nametable_number(&known->by_name, name);
	struct source_mount *larger;

	if (number)
		return &known->items[*number];
	larger = array_grow(known->items, known->n_items, sizeof(*larger));
	if (!larger)
		return NULL;
	known->items = larger;
	larger += known->n_items;
	*larger = (struct source_mount){.name = strdup(name)};
	if (!larger->name || nametable_add(&known->by_name, larger->name, known->n_items) < 0) {
		free(larger->name);
		return NULL;
	}
	known->n_items++;
	larger->file = source_file_find(name);
	return larger;
}

/* The namespace of a process, opened when it is needed. */
struct inside {
	pid_t process;
	int root; /* -1 before, -2 where it cannot be opened */
};

static void open_inside(struct inside *inside)
{
	char name[32];

	if (inside->root != -1)
		return;
	snprintf(name, sizeof(name), "/proc/%d/root", (int)inside->process);
	inside->root = open(name, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (inside->root < 0)
		inside->root = -2;
}

static bool shows_another(struct inside *inside, const char *target,
			  const struct source_file *source)
{
	struct open_how how = {.flags = O_PATH | O_CLOEXEC, .resolve = RESOLVE_INSIDE};
	cleanup(cleanup_fd) int fd = -1;

	open_inside(inside);
	fd = (int)syscall(SYS_openat2, inside->root, target[1] ? target + 1 : ".", &how,
			  sizeof(how));
	return fd >= 0 && source_file_compare(source, fd) == SOURCE_REPLACED;
}

/* Whether a later row has the target FIELD, as it is written. */
static bool is_covered(const char *later, const char *field)
{
	cleanup(cleanup_free) char *wanted = NULL;

	if (asprintf(&wanted, " %s ", field) < 0) {
		wanted = NULL;
		return true;
	}
	return strstr(later, wanted);
}

/* LINE is a row, and is changed; LATER the rows behind it. */
static bool row_differs(struct source_mounts *known, char *line, const char *later,
			struct inside *inside)
{
	char *rest = line, *source = strsep(&rest, " "), *target = strsep(&rest, " ");
	const char *type = strsep(&rest, " ");
	const struct source_mount *mount;

	if (!rest || strcmp(type, "none") != 0 || strstr(rest, "X-mount.subdir=") ||
	    is_covered(later, target))
		return false;
	buffer_unescape(source);
	buffer_unescape(target);
	mount = find_source(known, source);
	return mount && mount->file.is_mount && shows_another(inside, target, &mount->file);
}

bool source_mounts_differ(struct source_mounts *known, const char *rows, pid_t process)
{
	struct inside inside = {process, -1};
	bool differs = false;

	for (const char *next; process && !differs && *rows; rows = next) {
		cleanup(cleanup_free) char *line = strndup(rows, strcspn(rows, "\n"));

		next = rows + strcspn(rows, "\n");
		next += *next == '\n';
		differs = line && row_differs(known, line, next, &inside);
	}
	if (inside.root >= 0)
		close(inside.root);
	return differs;
}
