/* SPDX-License-Identifier: BSD-3-Clause */
/* Text files that anyone may have made: a FIFO or a device in place of one is not waited for. */
#ifndef NSTREE_TEXTFILE_H
#define NSTREE_TEXTFILE_H

#include <stddef.h>
#include <stdio.h>

#include "error.h"
#include "rootdir.h"

/*
 * Reads the regular FILE of at most 1 MiB, which ROOT may have (rootdir_open()). *TEXT, with a NUL
 * after its *LENGTH bytes, is the caller's to free(3). Never blocks. Returns 0 or negative errno:
 * -EINVAL for what is no regular file, -EFBIG for a larger one.
 */
int textfile_read_in(const struct rootdir *root, const char *file, char **text, size_t *length);

/* The same for a file of this host. */
int textfile_read(const char *file, char **text, size_t *length);

/*
 * Opens the regular FILE, of at most 64 MiB, for reading; *STREAM is the caller's to fclose(3).
 * Returns 0 or negative errno with ERROR set, as textfile_read_in() does.
 */
int textfile_open_in(const struct rootdir *root, const char *file, FILE **stream,
		     struct error *error);

#endif
