/* SPDX-License-Identifier: BSD-3-Clause */
#include "rows.h"

#include <errno.h>
#include <linux/mount.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "assembly.h"
#include "cleanup.h"
#include "isolate.h"
#include "mount.h"
#include "path.h"
#include "target.h"
#include "wayback.h"

/* Where services listen that start processes for a user outside of any tree. */
static const char *const doors[] = {"/run/dbus", "/run/systemd", "/run/user"};

/* Nothing is started there: logs are written, a manager says that it is ready, who(1) reads. */
static const char *const no_doors[] = {"/dev/log", "/run/systemd/notify", "/run/systemd/sessions",
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

const struct row *rows_covering(const struct tree *tree, size_t index)
{
	for (size_t i = index; i-- > 1;) {
		const struct row *row = &tree->rows[i];

		if (row->kind != ROW_SYMLINK && target_below(tree->rows[index].target, row->target))
			return row;
	}
	return &tree->rows[0];
}

static void say_error(const struct tree *tree, const struct row *row, const struct error *error,
		      struct report *report)
{
	say(report, SEVERITY_ERROR, tree, row, "%s", error->words);
}

/* A source that the login makes: where, root alone may change; and what, is the user's. */
static void check_created(const struct tree *tree, const struct row *row, struct report *report)
{
	char name[PATH_MAX], *slash = name;
	int result = -ENOENT;

	if (mount_is_trusted_place(row->target))
		say(report, SEVERITY_ERROR, tree, row,
		    "x-nstree.create makes '%s' the user's, but root's code is loaded from '%s': "
		    "make the directory by hand, root's, and leave the option out",
		    row->source, row->target);
	snprintf(name, sizeof(name), "%s", row->source);
	/* The nearest directory above that is there already. */
	while (slash && result == -ENOENT) {
		cleanup(path_close) struct path found = PATH_INIT;
		struct error error = {0};

		result = path_open(*name ? name : "/", &found, &error);
		if (result == -ENOENT && found.parent >= 0 && found.parent_untrusted[0])
			say(report, SEVERITY_ERROR, tree, row,
			    "'%s' is not made, because another than root can change where: %s; "
			    "name a place that is root's all the way up",
			    name, found.parent_untrusted);
		else if (result < 0 && result != -ENOENT && (result != -EACCES || geteuid() == 0) &&
			 !assembly_may_skip(row, result))
			say_error(tree, row, &error, report);
		if (found.parent >= 0)
			return;
		slash = strrchr(name, '/');
		if (slash)
			*slash = '\0';
	}
}

/* A source of the host's: what the login would say of it, and how to mend it. */
static void check_source(const struct tree *tree, const struct row *row, struct report *report)
{
	cleanup(path_close) struct path source = PATH_INIT;
	struct error error = {0};
	int found, result;

	if (row->kind != ROW_BIND)
		return;
	found = result = path_open(row->source, &source, &error);
	if (found == 0)
		result = mount_try_source(row, &source, &error);
	if (found < 0 && row->create_source)
		check_created(tree, row, report);
	else if (found == -EACCES && geteuid() != 0)
		say(report, SEVERITY_NOTE, tree, row,
		    "the source '%s' could not be looked at: %s; run this as root", row->source,
		    strerror(EACCES));
	else if (found == -ENOENT && !row->nofail)
		say(report, SEVERITY_ERROR, tree, row,
		    "the source '%s' does not exist: make it, or add nofail if it may be missing",
		    row->source);
	else if (result < 0 && !assembly_may_skip(row, result))
		say_error(tree, row, &error, report);
}

/* A filesystem's type and options: the kernel is asked, but makes nothing. */
static void check_filesystem(const struct tree *tree, const struct row *row, bool own_processes,
			     struct report *report)
{
	cleanup(cleanup_fd) int processes = -1;
	struct error error = {0};
	int result;

	/* Without root the kernel answers nothing; check_policy() says so. */
	if (row->kind != ROW_FILESYSTEM || geteuid() != 0)
		return;
	if (own_processes)
		processes = way_back_own(CLONE_NEWPID, &error);
	result = mount_try_filesystem(row, processes, &error);
	if (result == -EINVAL)
		say(report, SEVERITY_ERROR, tree, row, "%s; mount(8) has what %s takes",
		    error.words, row->type);
	else if (result < 0 && !assembly_may_skip(row, result))
		say_error(tree, row, &error, report);
}

/* Whether an earlier row makes TARGET, or something in it, in what covers it. */
static bool is_made_before(const struct tree *tree, size_t index)
{
	const char *target = tree->rows[index].target;

	for (size_t i = 1; i < index; i++) {
		const struct row *row = &tree->rows[i];

		if (target_below(row->target, target) &&
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

/* A directory goes on a directory, a file on a file. */
static void check_kinds(const struct tree *tree, const struct row *row, const struct path *target,
			struct report *report)
{
	bool is_directory = true, onto_directory = S_ISDIR(target->stat.st_mode);
	struct stat stat_;

	if (row->kind == ROW_BIND && !row->subdirectory && !row->create_source) {
		if (stat(row->source, &stat_) < 0)
			return;
		is_directory = S_ISDIR(stat_.st_mode);
	}
	if (is_directory != onto_directory)
		say(report, SEVERITY_ERROR, tree, row,
		    "'%s' is %s, but its target '%s' is %s: name a target of the same kind",
		    row->source, is_directory ? "a directory" : "not a directory", row->target,
		    onto_directory ? "one" : "not one");
}

/* In what a row makes fresh nothing is there yet; in what it binds, the host can be asked. */
static void check_target(const struct tree *tree, size_t index, struct report *report)
{
	const struct row *row = &tree->rows[index], *covering = rows_covering(tree, index);
	const char *rest = target_below(row->target, covering->target);
	cleanup(path_close) struct path found = PATH_INIT;
	cleanup(cleanup_free) char *path = NULL;
	char link[PATH_MAX] = "";
	struct error error = {0};
	int result = -ENOENT;

	if (!rest || !*rest || row->kind == ROW_SYMLINK || covering->subdirectory)
		return;
	if (covering->kind == ROW_BIND) {
		if (asprintf(&path, "%s/%s",
			     strcmp(covering->source, "/") == 0 ? "" : covering->source, rest) < 0)
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
		    "the target '%s' does not exist in the tree: make it there%s%s, or add "
		    "X-mount.mkdir",
		    row->target, path ? ", as " : "", path ? path : "");
	if (result == 0 && !row->nofail)
		check_kinds(tree, row, &found, report);
	if (result == -EACCES && geteuid() == 0) {
		target_say(row, EACCES, &error);
		say_error(tree, row, &error, report);
	}
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
		    !target_below(row->target, later->target))
			continue;
		say(report, SEVERITY_WARNING, tree, row,
		    "'%s' is hidden by the row of line %u, which is mounted on '%s' later: put "
		    "this row below that one, or leave it out",
		    row->target, later->line, later->target);
		return;
	}
}

/* Whether a row after INDEX is mounted over PATH of the tree. */
static bool is_covered(const struct tree *tree, size_t index, const char *path)
{
	for (size_t i = index + 1; i < tree->n_rows; i++)
		if (tree->rows[i].kind != ROW_SYMLINK && target_below(path, tree->rows[i].target))
			return true;
	return false;
}

/* Whether the bind row INDEX, whose source is SOURCE, shows DOOR in the session. */
static bool shows_door(const struct tree *tree, size_t index, const char *source, const char *door)
{
	const struct row *row = &tree->rows[index];
	const char *rest = target_below(door, source);
	char path[PATH_MAX];
	struct stat stats[2];

	if (target_below(source, door))
		return !is_covered(tree, index, row->target);
	if (!rest || stat(source, &stats[0]) < 0 || stat(door, &stats[1]) < 0)
		return false;
	/* What is mounted below the source comes with rbind alone. */
	if (!row->recursive && stats[0].st_dev != stats[1].st_dev)
		return false;
	snprintf(path, sizeof(path), "%s/%s", strcmp(row->target, "/") == 0 ? "" : row->target,
		 rest);
	return !is_covered(tree, index, path);
}

/* isolate=socket keeps all doors shut but a socket that a row names. */
static void check_doors(const struct tree *tree, size_t index, unsigned isolate,
			struct report *report)
{
	const struct row *row = &tree->rows[index];
	cleanup(cleanup_free) char *source = NULL;
	struct stat stat;

	if (row->kind != ROW_BIND || is_no_door(row->source) ||
	    !(source = realpath(row->source, NULL)))
		return;
	/* A file is what it is; a directory or a socket may be a way to a service. */
	if (lstat(source, &stat) < 0 || S_ISREG(stat.st_mode) ||
	    ((isolate & ISOLATE_SOCKET) && !S_ISSOCK(stat.st_mode)))
		return;
	for (size_t i = 0; i < sizeof(doors) / sizeof(*doors); i++) {
		if (!shows_door(tree, index, source, doors[i]))
			continue;
		say(report, SEVERITY_WARNING, tree, row,
		    "a door left open: '%s' brings %s into reach, where services listen that "
		    "start processes for the user outside of the tree; name single files "
		    "instead, mount a tmpfs over '%s' below this row, or write isolate=socket in "
		    "the rule",
		    row->source, doors[i], doors[i]);
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

/* The permissions that a tmpfs will have: everyone's, unless the row says otherwise. */
static void judge_tmpfs(const struct row *row, struct stat *stat)
{
	*stat = (struct stat){.st_mode = 01777};
	for (size_t i = 0; i < row->n_options; i++) {
		const struct row_option *option = &row->options[i];

		if (option->value && strcmp(option->key, "mode") == 0)
			stat->st_mode = (mode_t)strtoul(option->value, NULL, 8);
		if (option->value && strcmp(option->key, "uid") == 0)
			stat->st_uid = (uid_t)strtoul(option->value, NULL, 10);
	}
}

/* What PLACE will be in the tree, in STAT; NULL where that cannot be told, else the row. */
static const struct row *look_at_place(const struct tree *tree, const char *place,
				       struct stat *stat)
{
	const struct row *row = NULL;
	char path[PATH_MAX];

	for (size_t i = tree->n_rows; !row && i-- > 0;)
		if (target_below(place, tree->rows[i].target))
			row = &tree->rows[i];
	if (!row || row->subdirectory)
		return NULL;
	snprintf(path, sizeof(path), "%s/%s", row->source, target_below(place, row->target));
	if (row->kind == ROW_BIND && lstat(path, stat) == 0)
		stat->st_mode &= S_ISLNK(stat->st_mode) ? ~(mode_t)(S_IWGRP | S_IWOTH) : ~0U;
	else if (row->kind == ROW_FILESYSTEM && strcmp(row->type, "tmpfs") == 0 &&
		 !*target_below(place, row->target))
		judge_tmpfs(row, stat);
	else
		return NULL;
	if (!*target_below(place, row->target) && row->mode != ROW_UNSET)
		stat->st_mode = row->mode;
	if (!*target_below(place, row->target) && row->owner != ROW_UNSET)
		stat->st_uid = row->owner;
	return row;
}

/* What root's code is loaded from must be root's in the tree too, whatever shows there. */
static void check_place(const struct tree *tree, const char *place, struct report *report)
{
	struct stat stat;
	const struct row *row = look_at_place(tree, place, &stat);

	if (!row || !path_distrust(&stat))
		return;
	/* mount_try_source() has said so. */
	if (row->kind == ROW_BIND && strcmp(row->target, place) == 0 &&
	    mount_is_trusted_place(place))
		return;
	say(report, SEVERITY_ERROR, tree, row,
	    "in this tree '%s' %s (uid %u, mode %04o): root's code is loaded from there; it must "
	    "be root's, and writable by no one else (%s)",
	    place, path_distrust(&stat), (unsigned)stat.st_uid, (unsigned)stat.st_mode & 07777,
	    row->kind == ROW_BIND ? "chown root, chmod go-w" : "for a tmpfs write mode=0755");
}

static void check_places(const struct tree *tree, struct report *report)
{
	for (const char *const *place = mount_places; *place; place++)
		check_place(tree, *place, report);
	for (size_t i = 1; i < tree->n_rows; i++)
		if (mount_is_trusted_place(tree->rows[i].target))
			check_place(tree, tree->rows[i].target, report);
}

static bool shows_processes(const struct tree *tree)
{
	for (size_t i = 0; i < tree->n_rows; i++)
		if (tree->rows[i].type && strcmp(tree->rows[i].type, "proc") == 0)
			return true;
	return false;
}

void rows_check(const struct tree *tree, unsigned isolate, struct report *report)
{
	for (size_t i = 0; i < tree->n_rows; i++) {
		const struct row *row = &tree->rows[i];

		check_source(tree, row, report);
		check_filesystem(tree, row, isolate & ISOLATE_PID, report);
		if (i && !tree->faulty)
			check_target(tree, i, report);
		check_hidden(tree, i, report);
		check_doors(tree, i, isolate, report);
		check_flags(tree, row, report);
	}
	check_places(tree, report);
	if ((isolate & ISOLATE_PID) && !tree->faulty && !shows_processes(tree))
		report_say(report, SEVERITY_WARNING, tree->file, 0,
			   "isolate=pid, but no row of type proc: the session has no /proc, or the "
			   "host's; add 'proc /proc proc nosuid,nodev,noexec'");
}
