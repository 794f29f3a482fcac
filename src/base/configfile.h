/* SPDX-License-Identifier: BSD-3-Clause */
/* Configuration files, which only root may be able to write. */
#ifndef NSTREE_CONFIGFILE_H
#define NSTREE_CONFIGFILE_H

#include <stdio.h>

#include "error.h"

#define CONFIG_SIZE_MAX (1024 * 1024)

/*
 * Opens a policy or tree file for reading: a regular file of at most 1 MiB, not empty, that only
 * root can write, nor replace in any directory above. Never blocks (a FIFO is refused, not opened).
 * *STREAM is the caller's, for fclose(3). Returns 0, or negative errno with FILE as the place.
 */
int config_open(const char *file, FILE **stream, struct error *error);

#endif
