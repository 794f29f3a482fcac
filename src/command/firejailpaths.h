/* SPDX-License-Identifier: BSD-3-Clause */
/* Which paths a line of a firejail(1) profile means, on this machine, for nstree import. */
#ifndef NSTREE_FIREJAILPATHS_H
#define NSTREE_FIREJAILPATHS_H

#include <stdbool.h>
#include <stddef.h>

enum firejail_kind {
	FIREJAIL_EITHER, /* of a user: not known */
	FIREJAIL_DIRECTORY,
	FIREJAIL_FILE,
};

struct firejail_path {
	char *path; /* without links where it is not a user's */
	enum firejail_kind kind;
};

struct firejail_paths {
	struct firejail_path *items;
	size_t n_items;
};

/* The directory of what systemd-logind(8) makes for users, if it does. */
#define FIREJAILPATHS_RUNTIMES "/run/user"

/* The directories of programs, up to NULL. */
extern const char *const firejailpaths_programs[];

/*
 * Finds the paths that VALUE, of struct firejail_command, means: one with %h or %U as it is, others
 * as they are on this machine, by glob(7). PATHS is for firejailpaths_clear() whatever this
 * returns: NULL, or why no row can say it. No paths: there is nothing of that name.
 */
const char *firejailpaths_find(const char *value, struct firejail_paths *paths);

/* Whether PATTERN, of noblacklist or nowhitelist, has the path that VALUE means. */
bool firejailpaths_match(const char *pattern, const char *path);

/* For cleanup(). */
void firejailpaths_clear(struct firejail_paths *paths);

#endif
