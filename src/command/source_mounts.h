/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Sources that are mount points of the host: a session keeps the filesystem that it was opened
 * with, also if the host has mounted another one since.
 */
#ifndef NSTREE_SOURCE_MOUNTS_H
#define NSTREE_SOURCE_MOUNTS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "nametable.h"
#include "source_file.h"

/* What the host has by the names of sources; empty at first, for source_mounts_clear(). */
struct source_mounts {
	struct nametable by_name;
	struct source_mount {
		char *name;
		struct source_file file;
	} * items;
	size_t n_items;
};

/*
 * Whether a bind row of ROWS (tree_text()) whose source is a mount point of the host's shows
 * another file in the namespace of PROCESS. False where that cannot be told: PROCESS is 0, has
 * another root, or the row is covered or has X-mount.subdir. No server is asked. Each source is
 * looked up once, and kept in KNOWN. live_sources.h tells more, for one session.
 */
bool source_mounts_differ(struct source_mounts *known, const char *rows, pid_t process);

void source_mounts_clear(struct source_mounts *known);

#endif
