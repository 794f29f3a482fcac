/* SPDX-License-Identifier: BSD-3-Clause */
/* What an nstree.dev row mounts within its tmpfs, as rows of their own. */
#ifndef NSTREE_DEVICE_ROWS_H
#define NSTREE_DEVICE_ROWS_H

#include <stddef.h>

#include "error.h"
#include "row.h"

/*
 * Makes mount number INDEX, from 0 on, of the nstree.dev row DEVICES: a row of the same file and
 * line, in *ROW, which is the caller's, for row_clear(), whatever this returns: 1, 0 after the last
 * one, or -ENOMEM.
 */
int device_rows_make(const struct row *devices, size_t index, struct row *row, struct error *error);

#endif
