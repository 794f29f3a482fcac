/* SPDX-License-Identifier: BSD-3-Clause */
/* The command line of bwrap(1) in a file, for nstree import. */
#ifndef NSTREE_BWRAPLINE_H
#define NSTREE_BWRAPLINE_H

#include <stdbool.h>
#include <stddef.h>

/* A word of the command line. */
struct bwrap_word {
	char *text;    /* without quotes; specifiers of nstree.fstab(5) for $HOME and the like */
	unsigned line; /* 0 where the word is no file's */
	bool unclear;  /* the shell puts in something that no specifier stands for */
};

struct bwrap_words {
	struct bwrap_word *items;
	size_t n_items;
};

struct bwrapline {
	struct bwrap_words words;  /* those after `bwrap` */
	struct bwrap_words others; /* a command, a redirection and the like that is not read */
};

/*
 * Finds the first command of the LENGTH bytes at TEXT, a file for sh(1), whose program is bwrap.
 * LINE is for bwrapline_clear() whatever this returns: 1, 0 where there is no such command, or
 * -ENOMEM.
 */
int bwrapline_read(const char *text, size_t length, struct bwrapline *line);

/* The words of ARGUMENTS, up to NULL, as they are; the first is the program. Returns as above. */
int bwrapline_take(char *const *arguments, struct bwrapline *line);

/* For cleanup(). */
void bwrapline_clear(struct bwrapline *line);

#endif
