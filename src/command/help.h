/* SPDX-License-Identifier: BSD-3-Clause */
/* nstree help: what the code means that a message ends with */
#ifndef NSTREE_HELP_H
#define NSTREE_HELP_H

#include <stdbool.h>

/* Prints what there is to say of the code NAME. Returns false where there is no such code. */
bool help_print_code(const char *name, bool color);

/* Prints a line for each code, with its meaning. */
void help_print_codes(bool color);

#endif
