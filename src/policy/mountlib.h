/* SPDX-License-Identifier: BSD-3-Clause */
/* The functions of libmount(3) that read a tree's rows. The library is loaded only for that. */
#ifndef NSTREE_MOUNTLIB_H
#define NSTREE_MOUNTLIB_H

#include <libmount/libmount.h>

#include "error.h"

struct mountlib {
	void *library;
	__typeof__(mnt_new_table) *new_table;
	__typeof__(mnt_unref_table) *unref_table;
	__typeof__(mnt_table_parse_stream) *table_parse_stream;
	__typeof__(mnt_table_first_fs) *table_first_fs;
	__typeof__(mnt_fs_get_tag) *fs_get_tag;
	__typeof__(mnt_fs_get_source) *fs_get_source;
	__typeof__(mnt_fs_get_target) *fs_get_target;
	__typeof__(mnt_fs_get_fstype) *fs_get_fstype;
	__typeof__(mnt_fs_get_options) *fs_get_options;
	__typeof__(mnt_optstr_next_option) *optstr_next_option;
};

/*
 * Loads the library (dlopen(3)) with what it needs: libblkid and libselinux. *LIBMOUNT is empty
 * before, and the caller's afterwards, for mountlib_unload(). Returns 0, or -ELIBACC with what to
 * install.
 */
int mountlib_load(struct mountlib *libmount, struct error *error);

/* For cleanup(); an empty one is fine. */
void mountlib_unload(struct mountlib *libmount);

#endif
