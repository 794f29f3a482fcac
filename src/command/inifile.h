/* SPDX-License-Identifier: BSD-3-Clause */
/* Files of sections with keys and values, as jailkit(7) has them, for nstree import. */
#ifndef NSTREE_INIFILE_H
#define NSTREE_INIFILE_H

#include <stddef.h>

#include "report.h"

struct inifile_value {
	size_t section; /* its place among the sections */
	char *key, *value;
	unsigned line;
};

struct inifile_section {
	char *name;
	unsigned line;
};

struct inifile {
	struct inifile_section *sections;
	size_t n_sections;
	struct inifile_value *values;
	size_t n_values;
};

/*
 * Reads the LENGTH bytes at TEXT, the contents of FILE; a line that is wrong is an error in REPORT,
 * and left out. INI is for inifile_clear() whatever this returns: 0 or -ENOMEM.
 */
int inifile_read(const char *text, size_t length, const char *file, struct report *report,
		 struct inifile *ini);

/* The value of KEY in SECTION; NULL for none. */
const struct inifile_value *inifile_find(const struct inifile *ini, size_t section,
					 const char *key);

/* For cleanup(). */
void inifile_clear(struct inifile *ini);

#endif
