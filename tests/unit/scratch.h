/* SPDX-License-Identifier: BSD-3-Clause */
/* A directory of a test's own, with files in it. */
#ifndef NSTREE_TEST_SCRATCH_H
#define NSTREE_TEST_SCRATCH_H

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

/* mkdtemp(3) makes it, in the test's set-up. */
static char scratch[] = "/tmp/nstree-test-XXXXXX";

/* Where NAME is in it; until the next call. */
static inline const char *in_scratch(const char *name)
{
	static char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", scratch, name);
	return path;
}

/* TEXT becomes what the file NAME has. */
static inline void write_scratch(const char *name, const char *text)
{
	FILE *stream = fopen(in_scratch(name), "w");

	assert_non_null(stream);
	fputs(text, stream);
	assert_int_equal(fclose(stream), 0);
}

#endif
