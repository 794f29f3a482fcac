/* SPDX-License-Identifier: BSD-3-Clause */
/* Users that sudoers(5) allows to become root: the forms commonly used for administrators. */
#ifndef NSTREE_SUDOERS_H
#define NSTREE_SUDOERS_H

#include <stdbool.h>

#define SUDOERS_FILE "/etc/sudoers"

/* NAME is a user's, or a GROUP's. */
typedef void (*sudoers_found)(void *data, const char *name, bool group);

/*
 * Tells FOUND each user and each %group that FILE, or what it includes (include, includedir), lets
 * run the command ALL as root or as anyone, on whichever hosts. Aliases, netgroups, numeric ids and
 * single commands are skipped, and so is a file that cannot be read.
 */
void sudoers_each_administrator(const char *file, sudoers_found found, void *data);

#endif
