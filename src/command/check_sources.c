/* SPDX-License-Identifier: BSD-3-Clause */
#include "check_sources.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "assembly.h"
#include "cleanup.h"
#include "names.h"
#include "path.h"
#include "source.h"
#include "treefile.h"

#define LIST_SIZE 400

#define add(report, severity, code, row, ...)                                                      \
	report_say(report, severity, code, (row)->file, (row)->line, __VA_ARGS__)

/* What is mounted there is the system's, and nobody unmounts it; homes are many. */
static bool is_of_system(const char *source)
{
	static const char *const trees[] = {"/sys", "/proc", "/dev", "/run", NULL};
	static const char *const places[] = {"/", "/usr", "/etc", "/var", "/boot", "/home", NULL};

	for (const char *const *tree = trees; *tree; tree++)
		if (name_below(source, *tree))
			return true;
	for (const char *const *place = places; *place; place++)
		if (strcmp(source, *place) == 0)
			return true;
	return false;
}

/* Whether an automounter's MOUNT is what ROW binds, or is in it. */
static bool brings_autofs(const struct row *row, const struct mountlist_entry *mount)
{
	const char *rest = name_below(mount->target, row->source);

	return strcmp(mount->type, "autofs") == 0 && rest && (!*rest || row->recursive) &&
	       !is_of_system(mount->target);
}

static void check_automounter(const struct row *row, const struct mountlist *mounts,
			      struct report *report)
{
	for (size_t i = 0; !row->slave && i < mounts->n_entries; i++) {
		if (!brings_autofs(row, &mounts->entries[i]))
			continue;
		add(report, SEVERITY_WARNING, CODE_UNREACHABLE_PATH, row,
		    "'%s' is an automounter's, and what it mounts does not show in this row: write "
		    "%s",
		    mounts->entries[i].target, "rbind,slave");
		return;
	}
}

/* A mount point of the site's, whose filesystem may be unmounted, or replaced by another. */
static void check_mount_point(const struct row *row, const struct mountlist *mounts,
			      struct report *report)
{
	if (row->mounted || strcmp(row->target, "/") == 0 || is_of_system(row->source))
		return;
	for (size_t i = 0; i < mounts->n_entries; i++) {
		const struct mountlist_entry *mount = &mounts->entries[i];

		if (strcmp(mount->target, row->source) != 0 || strcmp(mount->type, "autofs") == 0)
			continue;
		add(report, SEVERITY_NOTE, CODE_SOURCE_MOUNT, row,
		    "'%s' is a mount point: sessions keep its filesystem in use after the host "
		    "unmounts it, and do not see what is mounted there later; to follow the host, "
		    "bind the directory above it with rbind,slave, and to insist on it write "
		    "x-nstree.mounted",
		    row->source);
		return;
	}
}

/* A name through a symbolic link is not seen here: it is only warned of. */
static void check_wanted_mount(const struct row *row, struct report *report)
{
	if (row->mounted && !name_below(row->source, row->mounted))
		add(report, SEVERITY_WARNING, CODE_SOURCE_MOUNT, row,
		    "x-nstree.mounted=%s says nothing of '%s', which is not in it: name the mount "
		    "point that the source is on",
		    row->mounted, row->source);
}

void check_sources_mounts(const struct row *row, struct mountlist **mounts, struct report *report)
{
	struct error ignored = {0};

	if (row->kind != ROW_BIND)
		return;
	check_wanted_mount(row, report);
	if (row->uses_home)
		return;
	if (!*mounts && mountlist_load(0, getpid(), mounts, &ignored) < 0)
		return;
	check_automounter(row, *mounts, report);
	check_mount_point(row, *mounts, report);
}

bool check_sources_is_left_out(const struct row *row)
{
	cleanup(path_close) struct path found = PATH_INIT;
	struct error ignored = {0};
	int result;

	if (!row->nofail || row->kind != ROW_BIND)
		return false;
	result = source_check_mounted(row, NULL, &ignored);
	if (result == 0 && !row->create_source)
		result = path_open(row->source, &found, &ignored);
	return result < 0 && assembly_may_skip(row, result);
}

/* Whether the message would be another for each user. */
static bool is_users_own(const struct row *row, const struct subject *subject)
{
	return row->uses_home || strstr(row->source, subject->user);
}

void check_sources_left_out(const struct tree *tree, const struct subject *subject,
			    struct report *report)
{
	char list[LIST_SIZE] = "";
	size_t length = 0;

	for (size_t i = 0; i < tree->n_rows && length < sizeof(list); i++) {
		const struct row *row = &tree->rows[i];

		if (name_below(row->file, TREE_DIRECTORY_SHIPPED) || is_users_own(row, subject) ||
		    !check_sources_is_left_out(row))
			continue;
		length += (size_t)snprintf(list + length, sizeof(list) - length, "%s'%s'",
					   length ? ", " : "", row->source);
	}
	if (length)
		report_say(
			report, SEVERITY_NOTE, CODE_MISSING_SOURCE, tree->file, 0,
			"sessions do without the rows (nofail) whose source is missing: %s; make "
			"it, or leave the row out",
			list);
}
