/* SPDX-License-Identifier: BSD-3-Clause */
/* The known name that is most similar to a mistyped one, for "did you mean". */
#ifndef NSTREE_NEAREST_H
#define NSTREE_NEAREST_H

#include <stdbool.h>
#include <stddef.h>

#include "error.h"

#define NEAREST_NAME_SIZE 256

struct nearest {
	const char *wrong;
	size_t distance; /* of `best`: one more than what still counts where it is "" */
	char best[NEAREST_NAME_SIZE];
};

/* Begins a search for what WRONG, which must outlive NEAREST, was meant to be. */
void nearest_begin(struct nearest *nearest, const char *wrong);

/* Considers NAME, a name that is known. */
void nearest_consider(struct nearest *nearest, const char *name);

/* Considers the names that getpwent(3) or getgrent(3) lists, which may not be all there are. */
void nearest_consider_users(struct nearest *nearest);
void nearest_consider_groups(struct nearest *nearest);

/* Considers the files of DIRECTORY whose name ends in SUFFIX, without it. */
void nearest_consider_files(struct nearest *nearest, const char *directory, const char *suffix);

/*
 * If ERROR says that a tree, or one it is built on, does not exist, adds what may have been meant:
 * the nearest of the trees in DIRECTORIES, whose last is NULL, or a word of the third field.
 */
void nearest_add_tree_of(struct error *error, const char *const *directories);

/* The same with the trees of the site's and of the package. */
void nearest_add_tree(struct error *error);

/* Whether NAME is a word of other configuration files for what is * here. */
bool nearest_means_all(const char *name);

/* Longer than what nearest_text() writes. */
#define NEAREST_TEXT_SIZE (NEAREST_NAME_SIZE + 32)

/*
 * "; did you mean 'NAME'?" into TEXT, or "" where no known name differs by so little that it may
 * have been meant: a letter in each three that is missing, added, another or in the wrong place.
 * Returns TEXT.
 */
const char *nearest_text(const struct nearest *nearest, char text[NEAREST_TEXT_SIZE]);

#endif
