/* SPDX-License-Identifier: BSD-3-Clause */
/* The places of a tree that code which runs as root is loaded from. */
#ifndef NSTREE_TRUST_H
#define NSTREE_TRUST_H

#include <stdbool.h>

#include "error.h"
#include "row.h"

/*
 * Whether code that runs as root is loaded from TARGET, which is "/" or in /etc, /usr, /lib*, /bin
 * or /sbin: what is mounted there must belong to root and be writable by no one else.
 */
bool trust_is_code_place(const char *target);

/* What must belong to root in any tree, whether or not a row mounts it; NULL ends the list. */
#define TRUST_PLACES 15
extern const char *const trust_places[TRUST_PLACES + 1];

/* If code of root's is loaded from ROW's target: whether MOUNT belongs to root alone. */
int trust_check_mount(const struct row *row, int mount, struct error *error);

/* The same for each of trust_places[] beneath the directory FD, which is TARGET in the tree. */
int trust_check_places(const char *target, int fd, struct error *error);

#endif
