/* SPDX-License-Identifier: BSD-3-Clause */
/* What a program is started by: the dynamic loader of an ELF file, or the interpreter of a script.
 */
#ifndef NSTREE_INTERPRETER_H
#define NSTREE_INTERPRETER_H

#include <limits.h>
#include <stdbool.h>

/*
 * The path of what execve(2) starts for PROGRAM into PATH: PT_INTERP (elf(5)) of the machine's own
 * word size and byte order, or what follows "#!". False where it needs none, as a static program,
 * or PROGRAM cannot be read.
 */
bool interpreter_of(const char *program, char path[PATH_MAX]);

#endif
