/* SPDX-License-Identifier: BSD-3-Clause */
/* The options of a bwrap(1) command line, for nstree import. */
#ifndef NSTREE_BWRAPOPS_H
#define NSTREE_BWRAPOPS_H

#include <stdbool.h>
#include <stddef.h>

#include "bwrapline.h"

#define BWRAPOPS_ARGUMENTS 3

enum bwrap_kind {
	BWRAP_NOTE,   /* has no equivalent */
	BWRAP_REMARK, /* needs none */
	/* Words of isolate=, and net=. */
	BWRAP_IPC,
	BWRAP_PID,
	BWRAP_USERNS,
	BWRAP_NETWORK,
	BWRAP_ALL,
	BWRAP_SHARE_NETWORK,
	BWRAP_DIE_WITH_PARENT,
	/* What the next option is about. */
	BWRAP_MODE,
	BWRAP_SIZE,
	BWRAP_LAYER,
	/* Operations on the tree; the target is the last argument. */
	BWRAP_BIND,
	BWRAP_DEV,
	BWRAP_PROC,
	BWRAP_TMPFS,
	BWRAP_MQUEUE,
	BWRAP_OVERLAY,
	BWRAP_DIR,
	BWRAP_SYMLINK,
	BWRAP_READ_ONLY,
	BWRAP_CHMOD,
	BWRAP_DATA,
};

struct bwrap_option {
	const char *name;
	enum bwrap_kind kind;
	int n_arguments;
	const char *words; /* options of the row; what is to be said of a note or remark */
};

/* One option with its arguments. */
struct bwrap_op {
	const struct bwrap_option *option;
	const char *arguments[BWRAPOPS_ARGUMENTS]; /* those of the words */
	const char *mode, *size;		   /* of --perms and --size; NULL for none */
	char *target; /* of an operation on the tree: absolute, or begins with %h */
	unsigned line;
	bool unclear;  /* an argument is */
	bool misread;  /* its --perms, --size or mode is no number, or unclear */
	bool left_out; /* for who writes the tree: there is no row */
};

struct bwrapops {
	struct bwrap_op *items;
	size_t n_items;
	const struct bwrap_word *command;  /* what bwrap runs; NULL for nothing */
	const struct bwrap_word *unknown;  /* the word of which no option is known; NULL for none */
	const struct bwrap_word *short_of; /* the option that lacks arguments; NULL for none */
};

/*
 * Reads WORDS, which must outlive OPS; up to what is unknown or lacks arguments. OPS is for
 * bwrapops_clear() whatever this returns: 0 or -ENOMEM.
 */
int bwrapops_read(const struct bwrap_words *words, struct bwrapops *ops);

/* Whether OP, a --chmod, has a mode. */
bool bwrapops_has_mode(const struct bwrap_op *op);

/* Whether KIND is an operation on the tree. */
bool bwrapops_is_place(enum bwrap_kind kind);

/* For cleanup(). */
void bwrapops_clear(struct bwrapops *ops);

#endif
