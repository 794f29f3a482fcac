/* SPDX-License-Identifier: BSD-3-Clause */
#include "check_sockets.h"

#include <limits.h>
#include <string.h>
#include <sys/stat.h>

#include "cleanup.h"
#include "isolate.h"
#include "names.h"

/* Where services listen that start processes for a user outside of any tree. */
static const char *const socket_directories[] = {"/run/dbus", "/run/systemd", "/run/user"};

/*
 * Nothing is started there: logs are written, a manager says that it is ready, who(1) reads, names
 * are looked up. PID 1 starts units on io.systemd.DynamicUser, which is beside the others.
 */
static const char *const harmless_sockets[] = {
	"/dev/log",
	"/run/systemd/notify",
	"/run/systemd/sessions",
	"/run/systemd/userdb/io.systemd.DropIn",
	"/run/systemd/userdb/io.systemd.Home",
	"/run/systemd/userdb/io.systemd.Machine",
	"/run/systemd/userdb/io.systemd.Multiplexer",
	"/run/systemd/userdb/io.systemd.NameServiceSwitch",
};

static bool is_harmless_socket(const char *source)
{
	for (size_t i = 0; i < sizeof(harmless_sockets) / sizeof(*harmless_sockets); i++)
		if (strcmp(source, harmless_sockets[i]) == 0)
			return true;
	return false;
}

/* Whether the bind row INDEX, whose source is SOURCE, shows DIRECTORY in the session. */
static bool exposes(const struct tree *tree, size_t index, const char *source,
		    const char *directory)
{
	const struct row *row = &tree->rows[index];
	const char *rest = name_below(directory, source);
	char path[PATH_MAX];
	struct stat stats[2];

	if (name_below(source, directory))
		return !tree_covers(tree, index, row->target);
	if (!rest || stat(source, &stats[0]) < 0 || stat(directory, &stats[1]) < 0)
		return false;
	/* Mounts below the source are bound with rbind alone. */
	if (!row->recursive && stats[0].st_dev != stats[1].st_dev)
		return false;
	snprintf(path, sizeof(path), "%s/%s", strcmp(row->target, "/") == 0 ? "" : row->target,
		 rest);
	return !tree_covers(tree, index, path);
}

/* With isolate=socket only a socket that is itself a row's source can be connected to. */
void check_sockets(const struct tree *tree, size_t index, unsigned isolate, struct report *report)
{
	const struct row *row = &tree->rows[index];
	cleanup(cleanup_free) char *source = NULL;
	struct stat stat;

	/* A tree that is the host's own shows all that the host does on purpose. */
	if (index == 0 && strcmp(row->source, "/") == 0)
		return;
	if (row->kind != ROW_BIND || is_harmless_socket(row->source) ||
	    !(source = realpath(row->source, NULL)))
		return;
	/* Only a directory or a socket leads to a service. */
	if (lstat(source, &stat) < 0 || S_ISREG(stat.st_mode) ||
	    ((isolate & ISOLATE_SOCKET) && !S_ISSOCK(stat.st_mode)))
		return;
	for (size_t i = 0; i < sizeof(socket_directories) / sizeof(*socket_directories); i++) {
		if (!exposes(tree, index, source, socket_directories[i]))
			continue;
		report_say(
			report, SEVERITY_WARNING, CODE_REACHABLE_SOCKET, row->file, row->line,
			"a door left open: '%s' brings %s into reach, where services listen that "
			"start processes for the user outside of the tree; name single files "
			"instead, mount a tmpfs over '%s' below this row, or write isolate=socket "
			"in "
			"the rule",
			row->source, socket_directories[i], socket_directories[i]);
		return;
	}
}
