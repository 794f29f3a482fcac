/* SPDX-License-Identifier: BSD-3-Clause */
/* What nstree import writes: files as they are to stand in /etc/security. */
#ifndef NSTREE_IMPORT_OUTPUT_H
#define NSTREE_IMPORT_OUTPUT_H

#include <stddef.h>
#include <stdio.h>

#include "error.h"

/* A file to be written. */
struct import_file {
	char *name; /* beneath the directory */
	char *content;
	size_t size;
};

struct import_output {
	struct import_file *files;
	size_t n_files;
};

/*
 * Adds a file, whose NAME is allocated and OUTPUT's from here on, and NULL where memory ran out.
 * Returns a stream for its content, to be closed with fclose(3) before the next one is added; or
 * NULL where memory ran out.
 */
FILE *import_output_add(struct import_output *output, char *name);

/*
 * Writes the files to standard output as one text, or into DIRECTORY, which is made, where it is
 * not NULL. No file is overwritten: if one exists, none is left behind. Returns 0 or negative
 * errno.
 */
int import_output_write(const struct import_output *output, const char *directory,
			struct error *error);

/* For cleanup(). */
void import_output_clear(struct import_output *output);

#endif
