/* SPDX-License-Identifier: BSD-3-Clause */
/* The tmpfs of an nstree.dev row, with its device nodes and links. */
#ifndef NSTREE_DEVICES_H
#define NSTREE_DEVICES_H

#include "error.h"
#include "row.h"

/*
 * Makes the filesystem of ROW, a ROW_DEVICES, as a detached mount. Returns a descriptor that the
 * caller closes, or negative errno.
 */
int devices_open(const struct row *row, struct error *error);

#endif
