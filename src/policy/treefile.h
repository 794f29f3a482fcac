/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A tree's file, and those of the trees it is built on: finding and reading them, without parsing
 * their rows (tree.h).
 */
#ifndef NSTREE_TREEFILE_H
#define NSTREE_TREEFILE_H

#include <stdbool.h>
#include <stddef.h>

#include "error.h"
#include "lines.h"
#include "subject.h"

/* SYSCONFDIR and DATADIR are the Makefile's: where `make install` puts things. */
#define TREE_DIRECTORY SYSCONFDIR "/security/nstree.d"
#define TREE_DIRECTORY_SHIPPED DATADIR "/nstree"

/* The type of a first row that names the tree whose rows come first. */
#define TREE_FILE_BASE_TYPE "nstree.tree"

struct tree_file {
	char *name; /* the tree's */
	char *path;
	char *text; /* its contents, NUL-terminated */
	size_t length;
	struct tree_file *base; /* the tree that its first row names; NULL for none */
	unsigned base_line;	/* that row */
};

/*
 * Finds NAME.fstab (NAME as the rule has it; its specifiers are expanded here) in TREE_DIRECTORY,
 * then TREE_DIRECTORY_SHIPPED, opens it with config_open() and reads it, and the trees that it is
 * built on. *FILE is the caller's, for tree_file_free(). Returns 0, or negative errno: as
 * config_open() does, -ENOENT naming both paths, or as tree_file_load_bases().
 */
int tree_file_load(const char *name, const struct subject *subject, struct tree_file **file,
		   struct error *error);

/*
 * Sets ERROR to that there is no tree NAME, where the directories SITE and SHIPPED may have one,
 * and what to write instead. Returns -ENOENT.
 */
int tree_file_missing(const char *name, const char *site, const char *shipped, struct error *error);

/* Finds and reads the file of the tree NAME alone. As tree_file_load(); DATA is its own. */
typedef int tree_file_reader(void *data, const char *name, struct tree_file **file,
			     struct error *error);

/*
 * Reads with READ the tree that FILE's first row names, the one that this tree's first row names,
 * and so on: each becomes the `base` of the one before, which owns it. Returns 0, or negative errno
 * with the row that names a tree: -EINVAL for what is no tree's name, and for a circle, with the
 * other row of it; or as READ does.
 */
int tree_file_load_bases(struct tree_file *file, tree_file_reader *read, void *data,
			 struct error *error);

/*
 * FILE and its bases, from the lowest one up: the one that is built on BELOW, which is one of them
 * or NULL before the first. Returns NULL after FILE itself.
 */
const struct tree_file *tree_file_above(const struct tree_file *file,
					const struct tree_file *below);

/*
 * Reads the next row of a tree file: its line without the blanks before it, as lines_next() does;
 * empty lines and comments are skipped. This alone decides what a row is, for tree_parse() and for
 * tree_file_key(). Returns 1, 0 after the last row, or negative errno as lines_next() does; -EINVAL
 * too for a row with the escape of a NUL byte.
 */
int tree_file_next_row(struct lines *lines, char **row, struct error *error);

/*
 * What SUBJECT's tree depends on, as text: the values of the specifiers that FILE and its bases
 * have, and their rows as they are written. Two trees with the same key are the same. The caller's,
 * for free(3); NULL where memory ran out, or where tree_parse() would fail for their lines or
 * specifiers.
 */
char *tree_file_key(const struct tree_file *file, const struct subject *subject);

/* Whether a row or a comment of FILE or its bases has SPECIFIER (specifier_is_in()). */
bool tree_file_has_specifier(const struct tree_file *file, char specifier);

/*
 * The variables of SUBJECT's PAM environment that FILE and its bases have specifiers for, as text:
 * "NAME=VALUE", separated by blanks. The caller's, for free(3); NULL where memory ran out.
 */
char *tree_file_variables(const struct tree_file *file, const struct subject *subject);

/* Frees it and its bases; NULL is fine. */
void tree_file_free(struct tree_file *file);

/* For cleanup(). */
static inline void cleanup_tree_file(struct tree_file **file)
{
	tree_file_free(*file);
}

#endif
