/* SPDX-License-Identifier: BSD-3-Clause */
/* What the fuzz targets share: claims, text as a file, lines of it, and a name service of their
 * own. */
#ifndef NSTREE_FUZZ_LIB_H
#define NSTREE_FUZZ_LIB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#include "error.h"

#define FUZZ_FILE "/etc/security/fuzz"
#define FUZZ_BLANKS " \t"
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* The group and the netgroup that the name service cannot look up, and the one whose members no one
 * is. */
#define FUZZ_GROUP_BROKEN "broken"
#define FUZZ_GID_NAMED 5000

/* What libFuzzer calls with every input. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Stops the fuzzer, so that it keeps the input, where CONDITION does not hold. */
#define claim(condition) ((condition) ? (void)0 : fuzz_stop(#condition, __FILE__, __LINE__))
void fuzz_stop(const char *condition, const char *file, int line) __attribute__((noreturn));

/* A stream to read SIZE bytes from, which may be 0; the caller's, for fclose(3). */
FILE *fuzz_stream(const char *bytes, size_t size);

/* How many of BYTES stand before line NUMBER, counted from 1; SIZE where there is no such line. */
size_t fuzz_line_start(const char *bytes, size_t size, unsigned number);

/* Line NUMBER without its newline and the blanks before it; the caller's, for free(3). */
char *fuzz_line(const char *bytes, size_t size, unsigned number);

/* The first line from number FROM on that is neither blank nor a comment; 0 where there is none. */
unsigned fuzz_next_row(const char *bytes, size_t size, unsigned from);

/*
 * What holds for each refusal of a file with BYTES: RESULT and ERROR agree, there are words to
 * read, and a line, unless there is none to blame.
 */
void fuzz_claim_refusal(int result, const struct error *error, const char *bytes, size_t size);

/* The gid of a group that the name service below knows, or -1. */
gid_t fuzz_gid(const char *group);

/* Whether USER is in NETGROUP: 1, 0, -ENOENT, or -EIO for the one that cannot be looked up. */
int fuzz_in_netgroup(const char *netgroup, const char *user);

/* What the group FUZZ_GID_NAMED is called. */
void fuzz_name_group(const char *name);

#endif
