/* SPDX-License-Identifier: BSD-3-Clause */
/* The trees that a fuzzed tree may be built on, and what holds for one that is. */
#ifndef NSTREE_FUZZ_LAYERS_H
#define NSTREE_FUZZ_LAYERS_H

#include <stdbool.h>
#include <stddef.h>

#include "error.h"
#include "tree.h"
#include "treefile.h"

/* A tree_file_reader of the trees `base`, `devices`, `middle`, which is built on `base`, and
 * `back`, which is built on `fuzz`. */
int layers_read(void *unused, const char *name, struct tree_file **file, struct error *error);

/* Whether ERROR is that of a tree built on `back`: its place is there. */
bool layers_is_circle(const struct error *error);

/* Whether TREE has an nstree.dev row of a base's: what it mounts may have been taken away. */
bool layers_has_devices(const struct tree *tree);

/*
 * Claims that each row of BYTES, which TREE was read from, is in it once, that no row of a base has
 * the target of one of them, and that the bases' others are there, in their order.
 */
void layers_claim(const struct tree *tree, const char *bytes, size_t size);

#endif
