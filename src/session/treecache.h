/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The fields of trees that were read before (row_fields.h), in /run/nstree/trees, so that a login
 * needs no libmount. A file there has the whole text of the tree file and of the trees that it is
 * built on beside the fields: they are used only for the same texts, so that no date, inode or
 * mount has to be believed.
 */
#ifndef NSTREE_TREECACHE_H
#define NSTREE_TREECACHE_H

#include "buffer.h"
#include "treefile.h"

#define TREECACHE_DIRECTORY "trees"

/*
 * Appends the fields that are kept for the texts of FILE to FIELDS, which is empty and for
 * buffer_clear(); it stays empty where there are none, and where anything about them is in doubt.
 */
void treecache_read(const struct tree_file *file, struct buffer *fields);

/*
 * Keeps FIELDS, which tree_parse_fields() filled for FILE, in place of what was kept for the same
 * path. Does nothing where that is not possible: it is only slower then.
 */
void treecache_write(const struct tree_file *file, const struct buffer *fields);

#endif
