/* SPDX-License-Identifier: BSD-3-Clause */
/* A profile of firejail(1) with what it includes (firejail-profile(5)), for nstree import. */
#ifndef NSTREE_FIREJAILPROFILE_H
#define NSTREE_FIREJAILPROFILE_H

#include <stddef.h>

#include "error.h"
#include "report.h"

/* A line of a profile. */
struct firejail_command {
	const char *file; /* one of the profile's */
	unsigned line;
	char *name;  /* the first word; "?CONDITION: ..." whole */
	char *value; /* the rest, "" for none; %h for ${HOME} and the like, and %% for % */
};

struct firejail_profile {
	struct firejail_command *items; /* in the order in which firejail reads them */
	size_t n_items;
	char **files;
	size_t n_files;
	char **ignored; /* what `ignore` lines have: the commands that begin so are left out */
	size_t n_ignored;
};

/*
 * Reads FILE and what it includes: files without a directory are looked for beside it, then in
 * /etc/firejail; those whose names end with .local may be missing, another is an error in REPORT.
 * PROFILE is for firejailprofile_clear() whatever this returns: 0, or negative errno with ERROR
 * set.
 */
int firejailprofile_read(const char *file, struct report *report, struct firejail_profile *profile,
			 struct error *error);

/* For cleanup(). */
void firejailprofile_clear(struct firejail_profile *profile);

#endif
