/* SPDX-License-Identifier: BSD-3-Clause */
#include "check_rows.h"

#include <errno.h>
#include <linux/mount.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "assembly.h"
#include "check_places.h"
#include "check_sockets.h"
#include "check_sources.h"
#include "cleanup.h"
#include "filesystem.h"
#include "home.h"
#include "isolate.h"
#include "isolation.h"
#include "names.h"
#include "origin.h"
#include "path.h"
#include "source.h"
#include "target.h"
#include "trust.h"

#define add(report, severity, code, row, ...)                                                      \
	report_say(report, severity, code, (row)->file, (row)->line, __VA_ARGS__)

const struct row *check_rows_covering(const struct tree *tree, size_t index)
{
	for (size_t i = index; i-- > 1;) {
		const struct row *row = &tree->rows[i];

		if (row->kind != ROW_SYMLINK && name_below(tree->rows[index].target, row->target))
			return row;
	}
	return &tree->rows[0];
}

static void report_row_error(const struct row *row, const struct error *error,
			     struct report *report)
{
	add(report, SEVERITY_ERROR, error->code ? error->code : CODE_TREE_UNUSABLE, row, "%s",
	    error->words);
}

/* That NAME, the nearest of a row's source and what is above it that is looked at, is FOUND so. */
static void check_creation_place(const struct row *row, const char *name, int result,
				 const struct path *found, const struct error *error,
				 struct report *report)
{
	if (result == -ENOENT && found->parent >= 0 && found->parent_untrusted[0])
		add(report, SEVERITY_ERROR, CODE_SOURCE_PLACE, row,
		    "'%s' is not made, because a user other than root can change where: %s; "
		    "name a place that is root's all the way up",
		    name, found->parent_untrusted);
	else if (result < 0 && result != -ENOENT && (result != -EACCES || geteuid() == 0) &&
		 !assembly_may_skip(row, result))
		report_row_error(row, error, report);
}

/*
 * A source that the login will make, which it does only where root alone can change names. It was
 * looked for, with RESULT, FOUND and ERROR.
 */
static void check_created(const struct row *row, int result, const struct path *found,
			  const struct error *error, struct report *report)
{
	char name[PATH_MAX], *slash;

	if (trust_is_code_place(row->target))
		add(report, SEVERITY_ERROR, CODE_ROOT_CODE, row,
		    "x-nstree.create makes '%s' the user's, but root's code is loaded from '%s': "
		    "make the directory by hand, root's, and leave the option out",
		    row->source, row->target);
	snprintf(name, sizeof(name), "%s", row->source);
	check_creation_place(row, name, result, found, error, report);
	/* The nearest existing directory above it. */
	while (result == -ENOENT && found->parent < 0 && (slash = strrchr(name, '/'))) {
		cleanup(path_close) struct path above = PATH_INIT;
		struct error why = {0};

		*slash = '\0';
		result = path_open(*name ? name : "/", &above, &why);
		check_creation_place(row, *name ? name : "/", result, &above, &why, report);
		if (above.parent >= 0)
			return;
	}
}

/* Why a login would refuse the home directory of SUBJECT in row INDEX, in ERROR. */
static int check_home(const struct tree *tree, size_t index, const struct subject *subject,
		      const struct homelist *homes, struct error *error)
{
	const struct row *row = &tree->rows[index];
	const struct homelist_entry *other = NULL;
	int result = home_check_place(row, subject, error);

	if (row->uses_home)
		other = homelist_find_beneath(homes, subject->home, subject->uid);
	if (result == 0 && other)
		result = home_refuse_parent(subject, other->user, other->home, error);
	return result < 0 ? result : home_check_target(tree, index, subject, error);
}

/* The source of a bind row, with the checks of a login. Returns whether its server answered. */
static bool check_row_source(const struct row *row, const struct subject *subject,
			     struct home_places *places, struct report *report)
{
	cleanup(path_close) struct path source = PATH_INIT;
	struct error error = {0};
	int found, result;

	if (row->kind != ROW_BIND)
		return true;
	if (source_check_mounted(row, NULL, &error) < 0) {
		if (!assembly_may_skip(row, -error.number))
			report_row_error(row, &error, report);
		return error.number != ETIMEDOUT;
	}
	found = result = path_open(row->source, &source, &error);
	if (found == -ENOENT && row->variable_source && !row->create_source)
		return true;
	if (found == 0)
		result = source_check(row, subject, &source, places, &error);
	if (found == -ENOENT && !row->create_source)
		source_set_missing(row, &error);
	if (found < 0 && row->create_source)
		check_created(row, found, &source, &error, report);
	else if (found == -EACCES && geteuid() != 0)
		add(report, SEVERITY_NOTE, CODE_NOT_CHECKED, row,
		    "the source '%s' could not be looked at: %s; run this as root", row->source,
		    strerror(EACCES));
	else if (result < 0 && !assembly_may_skip(row, result))
		report_row_error(row, &error, report);
	return found != -ETIMEDOUT;
}

/* A filesystem's type and options: the kernel checks them without making it. */
static void check_filesystem(const struct row *row, bool own_processes, struct report *report)
{
	cleanup(cleanup_fd) int processes = -1;
	struct error error = {0};
	int result;

	/* This needs root; check_note_root() notes it. */
	if (row->kind != ROW_FILESYSTEM || geteuid() != 0)
		return;
	if (own_processes)
		processes = origin_open_current(CLONE_NEWPID, &error);
	result = filesystem_check(row, processes, &error);
	if (result == -EINVAL)
		add(report, SEVERITY_ERROR, CODE_FILESYSTEM, row, "%s; mount(8) has what %s takes",
		    error.words, row->type);
	else if (result == -EPERM)
		report_say(
			report, SEVERITY_NOTE, CODE_NOT_CHECKED, "", 0,
			"filesystems' own options were not checked; run this with CAP_SYS_ADMIN");
	else if (result < 0 && !assembly_may_skip(row, result))
		report_row_error(row, &error, report);
}

/* Whether an earlier row makes the target of row INDEX, or a directory in it. */
static bool is_made_before(const struct tree *tree, size_t index)
{
	const char *target = tree->rows[index].target;

	for (size_t i = 1; i < index; i++) {
		const struct row *row = &tree->rows[i];

		if (name_below(row->target, target) &&
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

/* A directory is mounted on a directory, a file on a file. */
static void check_kinds(const struct row *row, const struct path *target, struct report *report)
{
	bool is_directory = true, onto_directory = S_ISDIR(target->stat.st_mode);
	struct stat stat_;

	if (row->kind == ROW_BIND && !row->subdirectory && !row->create_source) {
		if (stat(row->source, &stat_) < 0)
			return;
		is_directory = S_ISDIR(stat_.st_mode);
	}
	if (is_directory != onto_directory)
		add(report, SEVERITY_ERROR, CODE_SOURCE_KIND, row,
		    "'%s' is %s, but its target '%s' is %s: name a target of the same kind",
		    row->source, is_directory ? "a directory" : "not a directory", row->target,
		    onto_directory ? "one" : "not one");
}

/* Whether a row before INDEX has put a link at its target, or above it. */
static bool is_through_link(const struct tree *tree, size_t index)
{
	for (size_t i = 1; i < index; i++)
		if (tree->rows[i].kind == ROW_SYMLINK &&
		    name_below(tree->rows[index].target, tree->rows[i].target))
			return true;
	return false;
}

/* A new tmpfs is empty; the target in a bind row is looked up on the host, not with BY_TEXT. */
static void check_row_target(const struct tree *tree, size_t index, bool by_text,
			     struct report *report)
{
	const struct row *row = &tree->rows[index], *covering = check_rows_covering(tree, index);
	const char *rest = name_below(row->target, covering->target);
	cleanup(path_close) struct path found = PATH_INIT;
	cleanup(cleanup_free) char *path = NULL;
	char link[PATH_MAX] = "";
	struct error error = {0};
	int result = -ENOENT;

	if (is_through_link(tree, index)) {
		target_set_error(row, ELOOP, &error);
		report_row_error(row, &error, report);
		return;
	}
	if (!rest || !*rest || row->kind == ROW_SYMLINK || covering->subdirectory ||
	    (by_text && covering->kind == ROW_BIND))
		return;
	if (covering->kind == ROW_BIND) {
		/* A source that is missing is reported. */
		if ((!covering->create_source && access(covering->source, F_OK) < 0) ||
		    asprintf(&path, "%s/%s",
			     strcmp(covering->source, "/") == 0 ? "" : covering->source, rest) < 0)
			return;
		find_link(covering->source, rest, link, sizeof(link));
		result = path_open(path, &found, &error);
	} else if (covering->kind == ROW_DEVICES ||
		   (covering->kind == ROW_FILESYSTEM && strcmp(covering->type, "tmpfs") != 0)) {
		return;
	}
	if (link[0])
		add(report, SEVERITY_ERROR, CODE_TARGET_LINK, row,
		    "the target '%s' passes through a symbolic link, '%s'; write the path that it "
		    "stands for",
		    row->target, link);
	if (result == -ENOENT && !row->make_target && !row->nofail && !is_made_before(tree, index))
		add(report, SEVERITY_ERROR, CODE_MISSING_TARGET, row,
		    "the target '%s' does not exist in the tree; make it there, or add "
		    "X-mount.mkdir",
		    row->target);
	if (result == 0 && !row->nofail)
		check_kinds(row, &found, report);
	if (result == -EACCES && geteuid() == 0) {
		target_set_error(row, EACCES, &error);
		report_row_error(row, &error, report);
	}
	if (result == -ENOENT && row->make_target && covering->kind == ROW_BIND)
		add(report, SEVERITY_WARNING, CODE_TARGET_ON_HOST, row,
		    "X-mount.mkdir makes '%s' on the host, for every user: make it there once, by "
		    "hand, and leave the option out",
		    path);
}

/* A mount of an nstree.dev row, such as its /dev/shm, which a later row may replace. */
static bool is_of_devices(const struct tree *tree, size_t index)
{
	for (size_t i = index; i-- > 0 && row_is_same_line(&tree->rows[i], &tree->rows[index]);)
		if (tree->rows[i].kind == ROW_DEVICES)
			return true;
	return false;
}

/* Not by a home directory that is refused: that is reported, with the right remedy. */
static void check_hidden(const struct tree *tree, size_t index, const struct subject *subject,
			 const struct homelist *homes, struct report *report)
{
	const struct row *row = &tree->rows[index];

	if (is_of_devices(tree, index))
		return;
	for (size_t i = index + 1; i < tree->n_rows; i++) {
		const struct row *later = &tree->rows[i];
		struct error ignored = {0};

		if (later->kind == ROW_SYMLINK || row_is_same_line(later, row) ||
		    row_are_alternatives(row, later) || !name_below(row->target, later->target) ||
		    check_home(tree, i, subject, homes, &ignored) < 0)
			continue;
		if (strcmp(later->file, row->file) == 0)
			add(report, SEVERITY_WARNING, CODE_HIDDEN_ROW, row,
			    "the target '%s' is hidden by the row of line %u, which is mounted on "
			    "'%s' later: put this row below that one, or leave it out",
			    row->target, later->line, later->target);
		else
			add(report, SEVERITY_WARNING, CODE_HIDDEN_ROW, row,
			    "the target '%s' is hidden by the row of %s:%u, which is mounted on "
			    "'%s' later: take it away there with nstree.none, and write it again "
			    "below that row if it is wanted",
			    row->target, later->file, later->line, later->target);
		return;
	}
}

static void check_flags(const struct row *row, struct report *report)
{
	bool writable = !(row->attributes_set & MOUNT_ATTR_RDONLY);

	if ((row->kind != ROW_BIND && row->kind != ROW_FILESYSTEM) || !writable)
		return;
	if (row->type && strcmp(row->type, "proc") == 0)
		return;
	if (strcmp(row->target, "/") != 0 && !(row->attributes_set & MOUNT_ATTR_NOSUID))
		add(report, SEVERITY_WARNING, CODE_MISSING_NOSUID, row,
		    "the target '%s' is writable and takes set-uid programs: add nosuid (and "
		    "nodev)",
		    row->target);
}

static bool shows_processes(const struct tree *tree)
{
	for (size_t i = 0; i < tree->n_rows; i++)
		if (tree->rows[i].type && strcmp(tree->rows[i].type, "proc") == 0)
			return true;
	return false;
}

static bool is_equal(const char *one, const char *other)
{
	return one && other ? strcmp(one, other) == 0 : one == other;
}

/* Whether row INDEX of TREE and KNOWN, trees of the same file for two users, are the same. */
static bool is_same_row(const struct tree *tree, const struct tree *known, size_t index)
{
	const struct row *row = &tree->rows[index], *other = &known->rows[index];

	if (!row_is_same_line(row, other) || row->kind != other->kind || row->uses_home ||
	    row->create_source || row->n_options != other->n_options ||
	    strcmp(row->source, other->source) != 0 || strcmp(row->target, other->target) != 0 ||
	    !is_equal(row->subdirectory, other->subdirectory) ||
	    !is_equal(row->mounted, other->mounted) || !is_equal(row->upper, other->upper) ||
	    !is_equal(row->devices, other->devices))
		return false;
	for (size_t i = 0; i < row->n_options; i++)
		if (strcmp(row->options[i].key, other->options[i].key) != 0 ||
		    !is_equal(row->options[i].value, other->options[i].value))
			return false;
	return true;
}

/* Whether row INDEX was checked with the tree KNOWN of another user, in the same surroundings. */
static bool is_checked(const struct tree *tree, const struct tree *known, size_t index)
{
	size_t covering = (size_t)(check_rows_covering(tree, index) - tree->rows);

	return known && !tree->faulty && !known->faulty && tree->n_rows == known->n_rows &&
	       is_same_row(tree, known, index) && is_same_row(tree, known, covering) &&
	       check_rows_covering(known, index) == &known->rows[covering];
}

/* Whether what shows at PLACE was checked with the tree KNOWN. */
static bool is_place_checked(const struct tree *tree, const struct tree *known, const char *place)
{
	for (size_t i = tree->n_rows; i-- > 0;)
		if (name_below(place, tree->rows[i].target))
			return is_checked(tree, known, i);
	return false;
}

static void check_places(const struct tree *tree, const struct tree *known, struct report *report)
{
	for (const char *const *place = trust_places; *place; place++)
		if (!is_place_checked(tree, known, *place))
			check_code_place(tree, *place, false, report);
	for (size_t i = 1; i < tree->n_rows; i++)
		if (trust_is_code_place(tree->rows[i].target) && !is_checked(tree, known, i))
			check_code_place(tree, tree->rows[i].target, false, report);
}

static void check_processes(const struct tree *tree, unsigned isolate, struct report *report)
{
	if ((isolate & ISOLATE_PID) && !tree->faulty && !shows_processes(tree))
		report_say(report, SEVERITY_WARNING, CODE_MISSING_PROC, tree->file, 0,
			   "isolate=pid, but no row of type proc: the session has no /proc, or the "
			   "host's; add 'proc /proc proc nosuid,nodev,noexec'");
}

void check_rows(const struct tree *tree, const struct subject *subject, unsigned isolate,
		struct check_rows_known *known, struct report *report)
{
	for (size_t i = 0; i < tree->n_rows; i++) {
		const struct row *row = &tree->rows[i];
		struct error error = {0};
		bool answered;

		check_hidden(tree, i, subject, &known->homes, report);
		if (check_home(tree, i, subject, &known->homes, &error) < 0) {
			report_row_error(row, &error, report);
			continue;
		}
		if (is_checked(tree, known->tree, i))
			continue;
		answered = check_row_source(row, subject, &known->places, report);
		check_sources_mounts(row, &known->mounts, report);
		check_filesystem(row, isolate & ISOLATE_PID, report);
		if (i && !tree->faulty && answered)
			check_row_target(tree, i, false, report);
		if (answered)
			check_sockets(tree, i, isolate, report);
		check_flags(row, report);
	}
	check_places(tree, known->tree, report);
	check_processes(tree, isolate, report);
}

void check_rows_text(const struct tree *tree, const struct subject *subject, unsigned isolate,
		     struct report *report)
{
	const struct homelist none = {0};

	for (size_t i = 0; i < tree->n_rows; i++) {
		check_hidden(tree, i, subject, &none, report);
		check_flags(&tree->rows[i], report);
		if (i && !tree->faulty)
			check_row_target(tree, i, true, report);
	}
	for (const char *const *place = trust_places; *place; place++)
		check_code_place(tree, *place, true, report);
	check_processes(tree, isolate, report);
}
