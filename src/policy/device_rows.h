/* SPDX-License-Identifier: BSD-3-Clause */
/* What an nstree.dev row mounts within its tmpfs, as rows of their own. */
#ifndef NSTREE_DEVICE_ROWS_H
#define NSTREE_DEVICE_ROWS_H

#include <glob.h>
#include <stddef.h>

#include "error.h"
#include "row.h"

/*
 * The paths of the host's devices that devices= of the nstree.dev row DEVICES names (glob(3)), in
 * *FOUND, the caller's, for globfree(3). A name or pattern that nothing has is there as it stands:
 * what is missing is said when it is mounted, as for other rows. Returns 0 or -ENOMEM.
 */
int device_rows_find(const struct row *devices, glob_t *found, struct error *error);

/*
 * Makes mount number INDEX, from 0 on, of the nstree.dev row DEVICES, those of the devices FOUND
 * last: a row of the same file and line, in *ROW, which is the caller's, for row_clear(), whatever
 * this returns: 1, 0 after the last one, or -ENOMEM.
 */
int device_rows_make(const struct row *devices, const glob_t *found, size_t index, struct row *row,
		     struct error *error);

/*
 * A row for the host's device PATH, in its /dev, as devices= of DEVICES makes it: *ROW, as above.
 * Returns 1 or -ENOMEM.
 */
int device_rows_make_device(const struct row *devices, const char *path, struct row *row,
			    struct error *error);

#endif
