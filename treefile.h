/* SPDX-License-Identifier: BSD-3-Clause */
/* A tree's file, found and read as it stands; tree.h has what it says. */
#ifndef NSTREE_TREEFILE_H
#define NSTREE_TREEFILE_H

#include <stddef.h>

#include "error.h"
#include "subject.h"

#define TREE_DIRECTORY "/etc/security/nstree.d"
#define TREE_DIRECTORY_SHIPPED "/usr/share/nstree"

struct tree_file {
	char *name; /* the tree's */
	char *path;
	char *text; /* what it holds, with a NUL behind it */
	size_t length;
};

/*
 * Finds NAME.fstab (NAME as the rule has it; its specifiers are expanded here) in TREE_DIRECTORY,
 * then TREE_DIRECTORY_SHIPPED, opens it with config_open() and reads it. *FILE is the caller's, for
 * tree_file_free(). Returns 0, or negative errno: as config_open() does, -ENOENT naming both paths.
 */
int tree_file_load(const char *name, const struct subject *subject, struct tree_file **file,
		   struct error *error);

/*
 * What SUBJECT's tree hangs on, as text: the rows of FILE as they are written, without comments and
 * empty lines, and what those specifiers stand for that are in them. Where it is the same the tree
 * is the same. The caller's to free(3); NULL where memory ran out or tree_parse() has something to
 * say of FILE.
 */
char *tree_file_key(const struct tree_file *file, const struct subject *subject);

/* Frees it; NULL is fine. */
void tree_file_free(struct tree_file *file);

/* For cleanup(). */
static inline void cleanup_tree_file(struct tree_file **file)
{
	tree_file_free(*file);
}

#endif
