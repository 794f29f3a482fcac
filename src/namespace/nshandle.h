/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The nsfs file handle of a namespace (since Linux 6.18). It does not keep the namespace, and is
 * never the handle of another one.
 */
#ifndef NSTREE_NSHANDLE_H
#define NSTREE_NSHANDLE_H

#include <stdbool.h>

#define NSHANDLE_SIZE 16 /* NSFS_FILE_HANDLE_SIZE_VER0 of linux/nsfs.h */

struct nshandle {
	int type; /* the kernel's, 0 for no handle */
	unsigned char bytes[NSHANDLE_SIZE];
};

/*
 * The handle of the namespace that the descriptor NAMESPACE is (name_to_handle_at(2)). Returns 0,
 * or negative errno with an empty HANDLE: -EOPNOTSUPP before Linux 6.18.
 */
int nshandle_make(int namespace, struct nshandle *handle);

/*
 * Opens the namespace (open_by_handle_at(2), FD_NSFS_ROOT). Returns a descriptor that the caller
 * closes, or negative errno: -ESTALE where it is gone, or HANDLE is none.
 */
int nshandle_open(const struct nshandle *handle);

#endif
