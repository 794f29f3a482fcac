/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A namespace by its nsfs file handle (since Linux 6.18): a name that holds nothing open, keeps
 * nothing alive and means nothing else once the namespace is gone.
 */
#ifndef NSTREE_HANDLE_H
#define NSTREE_HANDLE_H

#include <stdbool.h>

#define HANDLE_SIZE 16 /* NSFS_FILE_HANDLE_SIZE_VER0 of linux/nsfs.h */

struct handle {
	int type; /* the kernel's, 0 for no handle */
	unsigned char bytes[HANDLE_SIZE];
};

/*
 * The handle of the namespace that the descriptor NAMESPACE is (name_to_handle_at(2)). Returns 0,
 * or negative errno with an empty HANDLE: -EOPNOTSUPP before Linux 6.18.
 */
int handle_make(int namespace, struct handle *handle);

/*
 * Opens the namespace (open_by_handle_at(2), FD_NSFS_ROOT). Returns a descriptor that the caller
 * closes, or negative errno: -ESTALE where it is gone, or HANDLE is none.
 */
int handle_open(const struct handle *handle);

#endif
