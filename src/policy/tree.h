/* SPDX-License-Identifier: BSD-3-Clause */
/* nstree.fstab(5): the tree of a session, one mount a row. Only data: nothing is mounted here. */
#ifndef NSTREE_TREE_H
#define NSTREE_TREE_H

#include <stdbool.h>
#include <stddef.h>

#include "buffer.h"
#include "error.h"
#include "row.h"
#include "subject.h"
#include "treefile.h"

struct tree {
	char *name;
	char *file;   /* the tree's own: the last of `files` */
	char **files; /* the paths of the trees that it is built on, the lowest first, and its */
	size_t n_files;
	struct row
		*rows; /* the first is the root, its target "/"; their `file` is one of `files` */
	size_t n_rows;
	bool faulty; /* tree_load_all() left a row out */
};

/*
 * Reads FILE and its bases row by row, expanded for SUBJECT. The rows of a file follow those of its
 * base, or stand in their place where they have the same target; nstree.none takes such rows away.
 * *TREE is the caller's, for tree_free(). Returns 0,
 * or negative errno with file, line, what is wrong and what to write instead.
 */
int tree_parse(const struct tree_file *file, const struct subject *subject, struct tree **tree,
	       struct error *error);

/*
 * tree_parse() with the fields of the rows of FILE and its bases as libmount has split them
 * (row_fields.h): they depend on the files' text alone. If FIELDS is empty it is filled, for the
 * next time; else it is read and libmount is not needed. -EBADMSG: they are not this file's.
 */
int tree_parse_fields(const struct tree_file *file, struct buffer *fields,
		      const struct subject *subject, struct tree **tree, struct error *error);

/*
 * tree_file_load() and tree_parse() for a caller that needs every fault (error_continue()): each
 * row that is wrong is reported and left out. Returns 0 whether or not there were any, or negative
 * errno where there is no tree.
 */
int tree_load_all(const char *name, const struct subject *subject, const struct faults *faults,
		  struct tree **tree, struct error *error);

/*
 * The same for a FILE that is read already, with FIELDS as tree_parse_fields() has them; they stay
 * empty where a row could not be split.
 */
int tree_parse_all(const struct tree_file *file, struct buffer *fields,
		   const struct subject *subject, const struct faults *faults, struct tree **tree,
		   struct error *error);

/*
 * Puts ROW before row INDEX of TREE, which may be n_rows. ROW is TREE's, and empty afterwards.
 * Returns 0 or -ENOMEM, when ROW is still the caller's.
 */
int tree_insert_row(struct tree *tree, size_t index, struct row *row, struct error *error);

/* Whether a row after INDEX is mounted over PATH of the session's tree, or over what is above it.
 */
bool tree_covers(const struct tree *tree, size_t index, const char *path);

/*
 * The rows as text, one line each: source, target, type and options as fields of fstab(5), expanded
 * and in canonical form (row_add_options()). Files with the same rows have the same text, whatever
 * comments, blanks and specifiers they have. The caller's, for free(3); NULL where memory ran out.
 */
char *tree_text(const struct tree *tree);

/* Frees what tree_parse() or tree_load_all() made; NULL is fine. */
void tree_free(struct tree *tree);

/* For cleanup(). */
static inline void cleanup_tree(struct tree **tree)
{
	tree_free(*tree);
}

#endif
