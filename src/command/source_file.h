/* SPDX-License-Identifier: BSD-3-Clause */
/* Which file a row's source is on the host, and whether a session shows it. */
#ifndef NSTREE_SOURCE_FILE_H
#define NSTREE_SOURCE_FILE_H

#include <stdbool.h>
#include <sys/types.h>

struct source_file {
	bool known;    /* it exists, and could be looked at */
	bool is_mount; /* it is a mount point */
	dev_t device;
	ino_t inode; /* 0 on a server, whose inode numbers may change (FUSE) */
};

/* The host's file NAME (path_open()). */
struct source_file source_file_find(const char *name);

enum source_shown {
	SOURCE_SHOWN,
	SOURCE_REPLACED, /* another file is mounted there */
	SOURCE_ABSENT,	 /* nothing is mounted there */
};

/* What the descriptor TARGET, a row's in a session, shows of SOURCE, which is known. No server is
 * asked. SOURCE_SHOWN where that cannot be told. */
enum source_shown source_file_compare(const struct source_file *source, int target);

#endif
