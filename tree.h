/* SPDX-License-Identifier: BSD-3-Clause */
/* nstree.fstab(5): what a session sees, a row a mount. Knows no kernel but its mount flags. */
#ifndef NSTREE_TREE_H
#define NSTREE_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#include "error.h"
#include "subject.h"
#include "treefile.h"

enum row_kind {
	ROW_BIND,	/* type none with bind or rbind */
	ROW_FILESYSTEM, /* any type that fsopen(2) knows */
	ROW_DEVICES,	/* the tmpfs of nstree.dev, with its device nodes and links */
	ROW_SYMLINK,	/* nstree.symlink: source is the link's text */
};

/* A filesystem's own option: "KEY" or "KEY=VALUE". */
struct row_option {
	char *key;
	char *value; /* NULL for a flag */
};

#define ROW_UNSET ((unsigned)-1) /* no owner, group or mode asked for */

struct row {
	unsigned line;
	enum row_kind kind;
	char *source; /* expanded; absolute for ROW_BIND */
	char *target; /* expanded and normal: absolute, no "//", no trailing "/", no "." or ".." */
	char *type;   /* for fsopen(2); NULL unless ROW_FILESYSTEM */
	bool recursive;	    /* rbind: the source's submounts too */
	bool nofail;	    /* skip the row where its source or target is missing */
	bool slave;	    /* keep receiving the host's mounts; private otherwise */
	bool make_target;   /* X-mount.mkdir */
	bool create_source; /* x-nstree.create: make the source directory, owned by the user */
	mode_t make_mode;
	mode_t create_mode;
	uint64_t attributes_set; /* MOUNT_ATTR_* of mount_setattr(2) */
	uint64_t attributes_clear;
	uid_t owner; /* X-mount.owner, .group, .mode of the mount's root; ROW_UNSET for none */
	gid_t group;
	mode_t mode;
	char *subdirectory; /* X-mount.subdir, relative, no ".."; NULL for none */
	char *upper; /* x-nstree.upper: size of the tmpfs that is the overlay's upper layer, or NULL
		      */
	struct row_option *options;
	size_t n_options;
};

struct tree {
	char *name;
	char *file;
	struct row *rows; /* the first is the root, its target "/" */
	size_t n_rows;
	bool faulty; /* tree_load_all() left a row out */
};

/*
 * Reads a tree file from STREAM, row by row with libmount, and expands it for SUBJECT; NAME is the
 * tree's and FILE the file's for messages. *TREE is the caller's, for tree_free().
 * Returns 0, or negative errno with file, line, what is wrong and what to write instead.
 */
int tree_read(FILE *stream, const char *file, const char *name, const struct subject *subject,
	      struct tree **tree, struct error *error);

/* Reads what FILE holds, as tree_read() does. */
int tree_parse(const struct tree_file *file, const struct subject *subject, struct tree **tree,
	       struct error *error);

/*
 * tree_file_load() and tree_parse() for who wants to know of every fault (error_go_on()): each row
 * that is wrong is told and left out. Returns 0 whether or not there were any, or negative errno
 * where there is no tree at all.
 */
int tree_load_all(const char *name, const struct subject *subject, const struct faults *faults,
		  struct tree **tree, struct error *error);

/*
 * The rows as text, a line a row: source, target, type and options as fields of fstab(5), expanded,
 * and in one way of writing them (row_add_options()). Two files whose trees are the same, whatever
 * comments, blanks and specifiers they have, have the same text. The caller's to free(3); NULL
 * where memory ran out.
 */
char *tree_text(const struct tree *tree);

/* Frees what tree_read() or tree_parse() made; NULL is fine. */
void tree_free(struct tree *tree);

/* For cleanup(). */
static inline void cleanup_tree(struct tree **tree)
{
	tree_free(*tree);
}

#endif
