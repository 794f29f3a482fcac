/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Read before each file by `make analyze` alone: what clang, which sees one file at a time, cannot
 * know of the other ones. A call that failed leaves errno positive; error_set() returns what is
 * negative.
 */
#include <errno.h>

#include "error.h"

#undef errno
#define errno                                                                                      \
	(*({                                                                                       \
		int *promised = __errno_location();                                                \
		if (*promised <= 0)                                                                \
			__builtin_unreachable();                                                   \
		promised;                                                                          \
	}))

#ifndef DEFINES_ERROR
#define error_set(error, number, ...) (error_set(error, number, __VA_ARGS__), -1)
#define error_no_memory(error) (error_no_memory(error), -1)
#endif
