/* SPDX-License-Identifier: BSD-3-Clause */
/* namespace.conf(5), the policy of pam_namespace, for nstree import. */
#ifndef NSTREE_NAMESPACECONF_H
#define NSTREE_NAMESPACECONF_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "report.h"

enum poly_method { POLY_USER, POLY_CONTEXT, POLY_LEVEL, POLY_TMPDIR, POLY_TMPFS };

/* One line: a directory that each user has an instance of. Strings are NULL where not given. */
struct polydir {
	unsigned line;
	char *text;	 /* the line as written */
	char *directory; /* as our specifiers have it: %h for $HOME, %u for $USER */
	char *prefix;	 /* of the instances' names, likewise */
	enum poly_method method;
	char *users; /* a comma list of names, "" for none */
	bool only;   /* for these users, else for all others */
	bool create;
	char *create_mode;  /* octal digits */
	char *create_owner; /* "OWNER" or "OWNER,GROUP" */
	bool noinit;
	char *script;
	char *mount_options;
};

struct polydirs {
	struct polydir *items;
	size_t n_items;
};

/*
 * Reads every line of the LENGTH bytes at TEXT into *POLYDIRS, for namespaceconf_clear() whatever
 * this returns; FILE is its name. A line that pam_namespace would refuse is an error in REPORT, and
 * left out; a flag that it would pass over is a warning. Returns 0 or -ENOMEM.
 */
int namespaceconf_read(const char *text, size_t length, const char *file, struct report *report,
		       struct polydirs *polydirs);

void namespaceconf_clear(struct polydirs *polydirs);

#endif
