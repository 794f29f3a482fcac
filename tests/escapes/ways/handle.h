/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef NSTREE_WAYS_HANDLE_H
#define NSTREE_WAYS_HANDLE_H

#include <stdio.h>

/*
 * Writes the file handle (name_to_handle_at(2)) of PATH beneath DIRECTORY to STREAM, in one word;
 * "-" where there is none.
 */
void handle_print(FILE *stream, int directory, const char *path, int flags);

#endif
