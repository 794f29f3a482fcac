/* SPDX-License-Identifier: BSD-3-Clause */
#include "import_firejail_tree.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "cleanup.h"
#include "firejailhide.h"
#include "firejailtree.h"
#include "import_sandbox.h"
#include "names.h"

#define USERS "uid=%U,gid=%G"
#define RUNTIME FIREJAILPATHS_RUNTIMES "/%U"
#define ROWS_MAX 900 /* that are built with the usual limit of open files */

static const char *const taken[] = {
	"allusers",	"bind",
	"blacklist",	"blacklist-nolog",
	"dbus-system",	"dbus-user",
	"disable-mnt",	"keep-dev-shm",
	"keep-var-tmp", "no3d",
	"noblacklist",	"nodbus",
	"nodvd",	"noexec",
	"noinput",	"noprinters",
	"nosound",	"notv",
	"nou2f",	"novideo",
	"nowhitelist",	"private",
	"private-bin",	"private-cache",
	"private-dev",	"private-etc",
	"private-home", "private-lib",
	"private-opt",	"private-srv",
	"private-tmp",	"read-only",
	"read-write",	"tmpfs",
	"whitelist",	"whitelist-ro",
	"writable-etc", "writable-run-user",
	"writable-var", "writable-var-log",
	"x11",
};

/* Devices of private-dev, and what leaves them out. */
static const struct {
	const char *names, *absent;
} devices[] = {
	{"dri", "no3d"},  {"dvb", "notv"},  {"hidraw*", "nou2f"},  {"snd", "nosound"},
	{"sr*", "nodvd"}, {"usb", "nou2f"}, {"video*", "novideo"},
};

bool import_firejail_has(const char *name)
{
	for (size_t i = 0; i < sizeof(taken) / sizeof(*taken); i++)
		if (strcmp(taken[i], name) == 0)
			return true;
	return false;
}

/* The rows that are there without any command. */
static void add_base(struct firejail_tree *tree)
{
	static const struct {
		const char *path, *writable;
	} read_only[] = {{"/usr", ""}, {"/etc", "writable-etc"}, {"/var", "writable-var"}};

	firejailrows_add(&tree->rows, "/", "/", "none", "", FIREJAIL_SLAVE);
	for (size_t i = 0; i < sizeof(read_only) / sizeof(*read_only); i++)
		if (!firejailtree_find(tree, read_only[i].writable)) {
			firejailrows_change(&tree->rows, read_only[i].path, FIREJAIL_RO, 0);
			firejailrows_add(&tree->rows, read_only[i].path, read_only[i].path, "none",
					 "", 0);
		}
	firejailrows_add(&tree->rows, NULL, "/proc", "proc", "hidepid=ptraceable", FIREJAIL_NOEXEC);
	if (!firejailtree_find(tree, "allusers"))
		firejailrows_add(&tree->rows, NULL, "/home", "tmpfs", "mode=0755,size=64k",
				 FIREJAIL_RO | FIREJAIL_NOSUID);
}

/* Whether a path of a whitelist command is beneath TOP. */
static bool is_top(const struct firejail_tree *tree, const char *top)
{
	for (size_t i = 0; i < tree->profile->n_items; i++) {
		const struct firejail_command *command = &tree->profile->items[i];

		if (strncmp(command->name, "whitelist", strlen("whitelist")) == 0 &&
		    name_below(command->value, top) && strcmp(command->value, top) != 0)
			return true;
	}
	return false;
}

/* Of /run/user what is the user's; without logind there is nothing. */
static void add_runtime(struct firejail_tree *tree)
{
	if (access(FIREJAILPATHS_RUNTIMES, F_OK) < 0)
		return;
	firejailrows_add(&tree->rows, NULL, FIREJAILPATHS_RUNTIMES, "tmpfs", "mode=0755,size=64k",
			 FIREJAIL_RO | FIREJAIL_NOSUID);
	firejailrows_add(&tree->rows, RUNTIME, RUNTIME, "none", "",
			 FIREJAIL_NOSUID | FIREJAIL_NOFAIL);
}

static void add_var_tmp(struct firejail_tree *tree)
{
	firejailrows_change(&tree->rows, "/var/tmp", 0, FIREJAIL_RO);
	if (firejailtree_find(tree, "keep-var-tmp"))
		firejailrows_add(&tree->rows, "/var/tmp", "/var/tmp", "none", "", FIREJAIL_NOSUID);
	else
		firejailrows_add(&tree->rows, NULL, "/var/tmp", "tmpfs", "mode=1777",
				 FIREJAIL_NOSUID);
}

static void add_home_row(struct firejail_tree *tree)
{
	const struct firejail_command *private = firejailtree_find(tree, "private");
	const struct firejail_command *files = firejailtree_find(tree, "private-home");

	if (private && private->value[0] == '/')
		firejailrows_add(&tree->rows, private->value, "%h", "none", "", FIREJAIL_NOSUID);
	else if (private || files || is_top(tree, "%h"))
		firejailrows_add(&tree->rows, NULL, "%h", "tmpfs", "mode=0700," USERS,
				 FIREJAIL_NOSUID);
	else
		firejailrows_add(&tree->rows, "%h", "%h", "none", "", FIREJAIL_NOSUID);
	if (firejailtree_find(tree, "private-cache") && !firejailtree_find(tree, "private"))
		firejailrows_add(&tree->rows, NULL, "%h/.cache", "tmpfs", "mode=0700," USERS,
				 FIREJAIL_NOSUID | FIREJAIL_NOFAIL);
}

static void add_devices(struct firejail_tree *tree)
{
	char values[128] = "";
	size_t length = 0;

	if (!firejailtree_find(tree, "private-dev"))
		return;
	for (size_t i = 0; i < sizeof(devices) / sizeof(*devices); i++)
		if (!firejailtree_find(tree, devices[i].absent))
			length += (size_t)snprintf(values + length, sizeof(values) - length, "%s%s",
						   length ? ":" : "devices=", devices[i].names);
	firejailrows_add(&tree->rows, "nstree", "/dev", "nstree.dev", values,
			 FIREJAIL_NOFAIL | FIREJAIL_NOEXEC);
	if (firejailtree_find(tree, "keep-dev-shm"))
		firejailrows_add(&tree->rows, "/dev/shm", "/dev/shm", "none", "", FIREJAIL_NOSUID);
}

/* A row with what the host has at PATH, unless there is one. */
static void show(struct firejail_tree *tree, const char *path)
{
	if (!firejailrows_find(&tree->rows, path))
		firejailrows_add(&tree->rows, path, path, "none", "",
				 FIREJAIL_NOSUID | FIREJAIL_NOFAIL);
}

/* A row for each of this machine's files that NAME, of a list, means in DIRECTORY. */
static void add_private_file(struct firejail_tree *tree, const struct firejail_command *command,
			     const char *directory, const char *name)
{
	cleanup(firejailpaths_clear) struct firejail_paths paths = {0};
	const char *obstacle;
	char value[PATH_MAX], words[PATH_MAX + 128];

	snprintf(value, sizeof(value), "%s/%s", directory, name);
	if (strchr(name, '/') || *name == '@')
		obstacle = "only names of files in the directory are known here";
	else
		obstacle = firejailpaths_find(value, &paths);
	if (obstacle) {
		snprintf(words, sizeof(words), "%s (%s)", obstacle, value);
		firejailtree_note(tree->text, command, words);
	} else if (!paths.n_items) {
		fprintf(tree->text->stream, "# %s:%u: %s: this machine has no %s\n",
			name_last(command->file), command->line, command->name, value);
	} else if (!strpbrk(name, "*?[")) {
		show(tree, value);
	}
	for (size_t i = 0; strpbrk(name, "*?[") && i < paths.n_items; i++)
		show(tree, paths.items[i].path);
}

/* private-etc and the like: DIRECTORY has only what the commands NAME list. */
static void add_private(struct firejail_tree *tree, const char *name, const char *directory)
{
	if (!firejailtree_find(tree, name))
		return;
	firejailrows_add(&tree->rows, NULL, directory, "tmpfs", "mode=0755", FIREJAIL_NOSUID);
	for (size_t i = 0; i < tree->profile->n_items; i++) {
		const struct firejail_command *command = &tree->profile->items[i];
		cleanup(cleanup_free) char *list = NULL;
		char *rest, *entry;

		if (!firejailtree_is(command, name))
			continue;
		rest = list = strdup(command->value);
		tree->rows.failed = tree->rows.failed || !list;
		while (rest && (entry = strsep(&rest, ",")))
			if (*entry)
				add_private_file(tree, command, directory, entry);
	}
}

/* The directory that is emptied for what a whitelist command has in it, into TOP. */
static bool find_emptied(const char *path, char top[PATH_MAX])
{
	static const char *const deeper[] = {"%h", RUNTIME, "/sys/module", "/usr"};
	const char *rest = NULL;
	size_t i = 0;

	for (; !rest && i < sizeof(deeper) / sizeof(*deeper); i++)
		rest = name_below(path, deeper[i]);
	if (rest && i < sizeof(deeper) / sizeof(*deeper))
		snprintf(top, PATH_MAX, "%s", deeper[i - 1]);
	else if (rest)
		snprintf(top, PATH_MAX, "/usr/%.*s", (int)strcspn(rest, "/"), rest);
	else
		snprintf(top, PATH_MAX, "/%.*s", (int)strcspn(path + 1, "/"), path + 1);
	return strlen(top) < strlen(path);
}

/* Empties TOP, unless a row has done so. */
static void add_top(struct firejail_tree *tree, const char *top)
{
	const struct firejail_row *row = firejailrows_find(&tree->rows, top);
	const char *values = "mode=0755";

	if (row && firejailrows_is_made(row))
		return;
	if (strcmp(top, "/tmp") == 0)
		values = "mode=1777";
	else if (strcmp(top, RUNTIME) == 0)
		values = "mode=0700," USERS;
	firejailrows_add(&tree->rows, NULL, top, "tmpfs", values, FIREJAIL_NOSUID);
	if (strcmp(top, "/run") == 0)
		firejailrows_add(&tree->rows, RUNTIME, RUNTIME, "none", "",
				 FIREJAIL_NOSUID | FIREJAIL_NOFAIL);
}

/* Directories between the user's TOP and PATH, which belong to the user. */
static void add_parents(struct firejail_tree *tree, const char *top, const char *path)
{
	for (const char *slash = path + strlen(top) + 1; (slash = strchr(slash, '/')); slash++) {
		cleanup(cleanup_free) char *parent = strndup(path, (size_t)(slash - path));
		const struct firejail_row *cover =
			parent ? firejailrows_cover(&tree->rows, parent) : NULL;

		if (cover && firejailrows_is_made(cover) && strcmp(cover->target, parent) != 0)
			firejailrows_add(&tree->rows, NULL, parent, "tmpfs", "mode=0700," USERS,
					 FIREJAIL_NOSUID);
	}
}

static void show_path(struct firejail_tree *tree, size_t at, const struct firejail_path *path)
{
	const struct firejail_command *command = &tree->profile->items[at];
	char top[PATH_MAX];

	if (firejailtree_is_excepted(tree, at, "nowhitelist", path->path))
		return;
	if (find_emptied(command->value, top) && !name_below(path->path, top)) {
		firejailtree_remark(tree->text, command,
				    "a link to another place, and left out as by firejail");
		return;
	}
	if (!find_emptied(path->path, top)) {
		firejailtree_note(tree->text, command,
				  "it is a directory that whitelist empties: name what is to "
				  "be in it");
		return;
	}
	add_top(tree, top);
	if (*top == '%' || strcmp(top, RUNTIME) == 0)
		add_parents(tree, top, path->path);
	show(tree, path->path);
	if (firejailtree_is(command, "whitelist-ro"))
		firejailrows_change(&tree->rows, path->path, FIREJAIL_RO, 0);
}

static void change_path(struct firejail_tree *tree, size_t at, const struct firejail_path *path)
{
	const struct firejail_command *command = &tree->profile->items[at];

	if (firejailtree_is(command, "noexec"))
		firejailrows_change(&tree->rows, path->path, FIREJAIL_NOEXEC, 0);
	else if (firejailtree_is(command, "read-only"))
		firejailrows_change(&tree->rows, path->path, FIREJAIL_RO, 0);
	else
		firejailrows_change(&tree->rows, path->path, 0, FIREJAIL_RO);
}

/* Calls USE for each path of each command NAME. */
static void each_command(struct firejail_tree *tree, const char *name, firejail_visit *use)
{
	for (size_t i = 0; i < tree->profile->n_items; i++)
		if (firejailtree_is(&tree->profile->items[i], name))
			firejailtree_each(tree, i, use);
}

/* What is left of the commands that are taken. */
static void note_rest(const struct firejail_tree *tree)
{
	for (size_t i = 0; i < tree->profile->n_items; i++) {
		const struct firejail_command *command = &tree->profile->items[i];
		const char *value = command->value;

		if (firejailtree_is(command, "private-lib"))
			firejailtree_note(tree->text, command,
					  "which libraries a program needs is not known: all of "
					  "them are there");
		else if (firejailtree_is(command, "private-bin"))
			firejailtree_note(tree->text, command,
					  "only /usr/bin is emptied, and the login shell has to "
					  "be in the list");
		else if (firejailtree_is(command, "private-home"))
			firejailtree_note(tree->text, command,
					  "the files are the home's own, and no copies");
		else if ((firejailtree_is(command, "dbus-user") ||
			  firejailtree_is(command, "dbus-system") ||
			  firejailtree_is(command, "x11")) &&
			 strcmp(value, "none") != 0)
			firejailtree_note(tree->text, command,
					  "only 'none' is known here: no bus is filtered, and "
					  "no server is started");
	}
}

static void add_all_rows(struct firejail_tree *tree)
{
	add_base(tree);
	add_runtime(tree);
	add_home_row(tree);
	if (firejailtree_find(tree, "private-tmp")) {
		firejailrows_add(&tree->rows, NULL, "/tmp", "tmpfs", "mode=1777", FIREJAIL_NOSUID);
		firejailrows_add(&tree->rows, "/tmp/.X11-unix", "/tmp/.X11-unix", "none", "",
				 FIREJAIL_NOSUID | FIREJAIL_NOFAIL);
	}
	add_devices(tree);
	add_private(tree, "private-etc", "/etc");
	add_private(tree, "private-opt", "/opt");
	add_private(tree, "private-srv", "/srv");
	add_private(tree, "private-home", "%h");
	add_private(tree, "private-bin", "/usr/bin");
	each_command(tree, "whitelist", show_path);
	each_command(tree, "whitelist-ro", show_path);
	add_var_tmp(tree);
	for (size_t i = 0; i < tree->profile->n_items; i++)
		if (firejailtree_is(&tree->profile->items[i], "read-only") ||
		    firejailtree_is(&tree->profile->items[i], "read-write") ||
		    firejailtree_is(&tree->profile->items[i], "noexec"))
			firejailtree_each(tree, i, change_path);
	firejailrows_add_changed(&tree->rows);
	firejailhide_add(tree);
	/* Without this file nothing would be hidden: with this row there is no session then. */
	if (tree->hides)
		firejailrows_add(&tree->rows, IMPORT_SANDBOX_HIDDEN_FILE,
				 IMPORT_SANDBOX_HIDDEN_FILE, "none", "",
				 FIREJAIL_RO | FIREJAIL_NOSUID);
}

int import_firejail_tree(const struct import_text *text, const struct firejail_profile *profile)
{
	struct firejail_tree tree = {.text = text, .profile = profile};
	bool failed;

	fprintf(text->stream,
		"# The host's tree as %s shows it (nstree import).\n"
		"#\n"
		"# Files outside of the home are those that this machine has by now, without "
		"links. A link\n"
		"# in the home to what a row is for refuses the session.\n"
		"#\n",
		text->file);
	note_rest(&tree);
	add_all_rows(&tree);
	firejailrows_drop_hidden(&tree.rows);
	if (tree.rows.n_items > ROWS_MAX)
		import_text_note(text, 0,
				 "%zu rows: while a session is built each has a file open, and the "
				 "usual limit is 1024: raise LimitNOFILE= of the services "
				 "(systemd.exec(5)), or take out rows for what nobody has",
				 tree.rows.n_items);
	fputs("# source  target  type  options\n", text->stream);
	firejailrows_print(&tree.rows, text->stream);
	failed = tree.rows.failed;
	firejailrows_clear(&tree.rows);
	return failed ? -ENOMEM : tree.hides;
}
