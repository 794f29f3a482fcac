/* SPDX-License-Identifier: BSD-3-Clause */
#include "firejailhide.h"

#include <string.h>

#include "cleanup.h"
#include "import_sandbox.h"

#define USERS "uid=%U,gid=%G"
#define RUNTIME FIREJAILPATHS_RUNTIMES "/%U"

/* What is hidden besides what a profile lists: where COMMAND stands, or where ABSENT does not. */
static const struct {
	const char *command, *value, *absent, *path;
} implied[] = {
	{"dbus-system", "none", NULL, "/run/dbus/system_bus_socket"},
	{"dbus-user", "none", NULL, RUNTIME "/bus"},
	{"nodbus", NULL, NULL, "/run/dbus/system_bus_socket"},
	{"nodbus", NULL, NULL, RUNTIME "/bus"},
	{"disable-mnt", NULL, NULL, "/mnt"},
	{"disable-mnt", NULL, NULL, "/media"},
	{"disable-mnt", NULL, NULL, "/run/mount"},
	{"disable-mnt", NULL, NULL, "/run/media"},
	{"no3d", NULL, "private-dev", "/dev/dri"},
	{"nodvd", NULL, "private-dev", "/dev/sr*"},
	{"noinput", NULL, "private-dev", "/dev/input"},
	{"noprinters", NULL, "private-dev", "/dev/lp*"},
	{"noprinters", NULL, NULL, "/run/cups/cups.sock"},
	{"nosound", NULL, "private-dev", "/dev/snd"},
	{"nosound", NULL, NULL, RUNTIME "/pulse"},
	{"notv", NULL, "private-dev", "/dev/dvb"},
	{"nou2f", NULL, "private-dev", "/dev/hidraw*"},
	{"novideo", NULL, "private-dev", "/dev/video*"},
	{"x11", "none", NULL, "/tmp/.X11-unix"},
	{"x11", "none", NULL, "%h/.Xauthority"},
	{NULL, NULL, "writable-run-user", RUNTIME "/gnupg"},
	{NULL, NULL, "writable-run-user", RUNTIME "/systemd"},
};

static void hide(struct firejail_tree *tree, const char *path, enum firejail_kind kind)
{
	const struct firejail_row *cover = firejailrows_cover(&tree->rows, path);
	unsigned flags = FIREJAIL_RO | FIREJAIL_NOFAIL | FIREJAIL_NOEXEC;
	size_t before = tree->rows.n_items;

	/* Nothing of the host's is there, or it is hidden by now. */
	if (cover && (strcmp(cover->type, "tmpfs") == 0 || cover->hides) &&
	    (cover->hides || strcmp(cover->target, path) != 0))
		return;
	if (kind != FIREJAIL_FILE)
		firejailrows_add(&tree->rows, NULL, path, "tmpfs", "mode=0,size=4k", flags);
	if (kind != FIREJAIL_DIRECTORY)
		firejailrows_add(&tree->rows, IMPORT_SANDBOX_HIDDEN_FILE, path, "none", "", flags);
	tree->hides = tree->hides || kind != FIREJAIL_DIRECTORY;
	for (; before < tree->rows.n_items; before++) {
		tree->rows.items[before].hides = true;
		tree->rows.items[before].mkdir = false;
	}
}

static void hide_path(struct firejail_tree *tree, size_t at, const struct firejail_path *path)
{
	if (!firejailtree_is_excepted(tree, at, "noblacklist", path->path))
		hide(tree, path->path, path->kind);
}

static void empty_path(struct firejail_tree *tree, size_t at, const struct firejail_path *path)
{
	bool users = path->kind == FIREJAIL_EITHER;

	(void)at;
	firejailrows_add(&tree->rows, NULL, path->path, "tmpfs",
			 users ? "mode=0700," USERS : "mode=0755",
			 FIREJAIL_NOSUID | (users ? FIREJAIL_NOFAIL : 0));
}

/* `bind A,B`. */
static void add_bind(struct firejail_tree *tree, const struct firejail_command *command)
{
	const char *comma = strchr(command->value, ',');
	cleanup(cleanup_free) char *source = NULL;

	if (!comma || *command->value != '/' || comma[1] != '/') {
		firejailtree_note(tree->text, command, "write two paths from /, with a comma");
		return;
	}
	source = strndup(command->value, (size_t)(comma - command->value));
	if (source)
		firejailrows_add(&tree->rows, source, comma + 1, "none", "", 0);
	tree->rows.failed = tree->rows.failed || !source;
}

void firejailhide_add(struct firejail_tree *tree)
{
	for (size_t i = 0; i < tree->profile->n_items; i++) {
		const struct firejail_command *command = &tree->profile->items[i];

		if (firejailtree_is(command, "blacklist") ||
		    firejailtree_is(command, "blacklist-nolog"))
			firejailtree_each(tree, i, hide_path);
		else if (firejailtree_is(command, "tmpfs"))
			firejailtree_each(tree, i, empty_path);
		else if (firejailtree_is(command, "bind"))
			add_bind(tree, command);
	}
	for (size_t i = 0; i < sizeof(implied) / sizeof(*implied); i++) {
		cleanup(firejailpaths_clear) struct firejail_paths paths = {0};
		const struct firejail_command *command =
			implied[i].command ? firejailtree_find(tree, implied[i].command) : NULL;

		if ((implied[i].command &&
		     (!command ||
		      (implied[i].value && strcmp(command->value, implied[i].value) != 0))) ||
		    (implied[i].absent && firejailtree_find(tree, implied[i].absent)))
			continue;
		tree->rows.failed =
			tree->rows.failed || firejailpaths_find(implied[i].path, &paths) != NULL;
		for (size_t j = 0; j < paths.n_items; j++)
			hide(tree, paths.items[j].path, paths.items[j].kind);
	}
}
