/* SPDX-License-Identifier: BSD-3-Clause */
#include "rows.h"

#include <errno.h>
#include <linux/mount.h>
#include <string.h>
#include <sys/stat.h>

#include "cleanup.h"
#include "mount.h"
#include "path.h"

/* Where services listen that start processes for a user outside of any tree. */
static const char *const doors[] = {"/run/dbus", "/run/systemd", "/run/user", "/var/run/dbus"};

/* Nothing is started there: a manager says that it is ready, who(1) reads, names are looked up. */
static const char *const no_doors[] = {"/run/systemd/notify", "/run/systemd/sessions",
				       "/run/systemd/userdb"};

static bool is_no_door(const char *source)
{
	for (size_t i = 0; i < sizeof(no_doors) / sizeof(*no_doors); i++)
		if (strcmp(source, no_doors[i]) == 0)
			return true;
	return false;
}

#define say(report, severity, tree, row, ...)                                                      \
	report_say(report, severity, (tree)->file, (row)->line, __VA_ARGS__)

/* What of PATH lies below DIRECTORY ("" for the same), or NULL where it does not. */
static const char *below(const char *path, const char *directory)
{
	size_t length = strcmp(directory, "/") == 0 ? 0 : strlen(directory);

	if (strncmp(path, directory, length) != 0)
		return NULL;
	if (!path[length])
		return path + length;
	return path[length] == '/' ? path + length + 1 : NULL;
}

const struct row *rows_covering(const struct tree *tree, size_t index)
{
	for (size_t i = index; i-- > 1;) {
		const struct row *row = &tree->rows[i];

		if (row->kind != ROW_SYMLINK && below(tree->rows[index].target, row->target))
			return row;
	}
	return &tree->rows[0];
}

static void check_source(const struct tree *tree, const struct row *row, struct report *report)
{
	cleanup(path_close) struct path source = PATH_INIT;
	struct error error = {0};
	int result;

	if (row->kind != ROW_BIND || row->create_source)
		return;
	result = path_open(row->source, &source, &error);
	if (result == -EACCES || (result < 0 && row->nofail))
		return;
	if (result < 0) {
		say(report, SEVERITY_ERROR, tree, row,
		    "the source '%s': %s; make it, or add nofail if it may be missing", row->source,
		    strerror(-result));
		return;
	}
	if (mount_is_trusted_place(row->target) && source.untrusted[0])
		say(report, SEVERITY_ERROR, tree, row,
		    "'%s' cannot be mounted on '%s', where root's code is loaded from: %s; it and "
		    "every directory above must be root's, and writable by no one else (chown "
		    "root, chmod go-w)",
		    row->source, row->target, source.untrusted);
	if (S_ISFIFO(source.stat.st_mode) || S_ISCHR(source.stat.st_mode) ||
	    S_ISBLK(source.stat.st_mode))
		say(report, SEVERITY_ERROR, tree, row,
		    "the source '%s' is a FIFO or a device; a row takes a directory, a file or a "
		    "socket",
		    row->source);
}

/* Whether an earlier row makes TARGET, or something in it, in what covers it. */
static bool is_made_before(const struct tree *tree, size_t index)
{
	const char *target = tree->rows[index].target;

	for (size_t i = 1; i < index; i++) {
		const struct row *row = &tree->rows[i];

		if (below(row->target, target) &&
		    (row->make_target || (row->kind == ROW_SYMLINK && row->target[strlen(target)])))
			return true;
	}
	return false;
}

/* The first component of REST below the directory ROOT that is a symbolic link; "" for none. */
static void find_link(const char *root, const char *rest, char *link, size_t size)
{
	size_t length = (size_t)snprintf(link, size, "%s", strcmp(root, "/") == 0 ? "" : root);
	struct stat stat;

	while (*rest && length < size) {
		size_t component = strcspn(rest, "/");

		length += (size_t)snprintf(link + length, size - length, "/%.*s", (int)component,
					   rest);
		if (length >= size || lstat(link, &stat) < 0)
			break;
		if (S_ISLNK(stat.st_mode))
			return;
		rest += component + (rest[component] == '/');
	}
	link[0] = '\0';
}

/* In what a row makes fresh nothing is there yet; in what it binds, the host can be asked. */
static void check_target(const struct tree *tree, size_t index, struct report *report)
{
	const struct row *row = &tree->rows[index], *covering = rows_covering(tree, index);
	const char *rest = below(row->target, covering->target);
	cleanup(path_close) struct path found = PATH_INIT;
	cleanup(cleanup_free) char *path = NULL;
	char link[PATH_MAX] = "";
	struct error error = {0};
	int result = -ENOENT;

	if (!rest || !*rest || row->kind == ROW_SYMLINK || covering->subdirectory)
		return;
	if (covering->kind == ROW_BIND) {
		if (asprintf(&path, "%s/%s", covering->source, rest) < 0)
			return;
		find_link(covering->source, rest, link, sizeof(link));
		result = path_open(path, &found, &error);
	} else if (covering->kind == ROW_FILESYSTEM && strcmp(covering->type, "tmpfs") != 0) {
		return;
	}
	if (link[0])
		say(report, SEVERITY_ERROR, tree, row,
		    "the target '%s' passes through a symbolic link, '%s'; write the path that it "
		    "stands for",
		    row->target, link);
	if (result == -ENOENT && !row->make_target && !row->nofail && !is_made_before(tree, index))
		say(report, SEVERITY_ERROR, tree, row,
		    "the target '%s' does not exist in the tree; make it there, or add "
		    "X-mount.mkdir",
		    row->target);
	if (result == -ENOENT && row->make_target && covering->kind == ROW_BIND)
		say(report, SEVERITY_WARNING, tree, row,
		    "X-mount.mkdir makes '%s' on the host, for every user: make it there once, by "
		    "hand, and leave the option out",
		    path);
}

/* A mount that nstree.dev brings, such as its /dev/shm; another may well take its place. */
static bool is_of_devices(const struct tree *tree, size_t index)
{
	for (size_t i = index; i-- > 0 && tree->rows[i].line == tree->rows[index].line;)
		if (tree->rows[i].kind == ROW_DEVICES)
			return true;
	return false;
}

static void check_hidden(const struct tree *tree, size_t index, struct report *report)
{
	const struct row *row = &tree->rows[index];

	if (is_of_devices(tree, index))
		return;
	for (size_t i = index + 1; i < tree->n_rows; i++) {
		const struct row *later = &tree->rows[i];

		/* The mounts of one nstree.dev row share its line. */
		if (later->kind == ROW_SYMLINK || later->line == row->line ||
		    !below(row->target, later->target))
			continue;
		say(report, SEVERITY_WARNING, tree, row,
		    "'%s' is hidden by the row of line %u, which is mounted on '%s' later: put "
		    "this row below that one, or leave it out",
		    row->target, later->line, later->target);
		return;
	}
}

static void check_doors(const struct tree *tree, const struct row *row, struct report *report)
{
	if (row->kind != ROW_BIND || is_no_door(row->source))
		return;
	for (size_t i = 0; i < sizeof(doors) / sizeof(*doors); i++) {
		bool holds = below(row->source, doors[i]) ||
			     (below(doors[i], row->source) && row->recursive);
		struct stat stat;

		if (!holds || lstat(row->source, &stat) < 0)
			continue;
		/* A file is what it is; a directory or a socket may be a way to a service. */
		if (S_ISREG(stat.st_mode))
			continue;
		say(report, SEVERITY_WARNING, tree, row,
		    "a door: '%s' brings %s into reach, where services listen that start "
		    "processes outside of the tree; name less, or write isolate=socket in the "
		    "rule",
		    row->source, doors[i]);
		return;
	}
}

static void check_flags(const struct tree *tree, const struct row *row, struct report *report)
{
	bool writable = !(row->attributes_set & MOUNT_ATTR_RDONLY);

	if ((row->kind != ROW_BIND && row->kind != ROW_FILESYSTEM) || !writable)
		return;
	if (row->type && strcmp(row->type, "proc") == 0)
		return;
	if (strcmp(row->target, "/") != 0 && !(row->attributes_set & MOUNT_ATTR_NOSUID))
		say(report, SEVERITY_WARNING, tree, row,
		    "'%s' is writable and takes set-uid programs: add nosuid (and nodev)",
		    row->target);
}

void rows_check(const struct tree *tree, struct report *report)
{
	for (size_t i = 0; i < tree->n_rows; i++) {
		const struct row *row = &tree->rows[i];

		check_source(tree, row, report);
		if (i && !tree->faulty)
			check_target(tree, i, report);
		check_hidden(tree, i, report);
		check_doors(tree, row, report);
		check_flags(tree, row, report);
	}
}
