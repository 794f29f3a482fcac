/* SPDX-License-Identifier: BSD-3-Clause */
/* The rows of a tree as firejail(1) has it, while they are found, for nstree import. */
#ifndef NSTREE_FIREJAILROWS_H
#define NSTREE_FIREJAILROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Options of a row. */
enum firejail_flag {
	FIREJAIL_RO = 1 << 0,
	FIREJAIL_NOEXEC = 1 << 1, /* nosuid and nodev as well */
	FIREJAIL_NOSUID = 1 << 2, /* nodev as well */
	FIREJAIL_NOFAIL = 1 << 3,
	FIREJAIL_SLAVE = 1 << 4,
};

struct firejail_row {
	char *source, *target;
	const char *type; /* "none" for a bind row */
	char *values;	  /* options with values, "" for none */
	unsigned flags;
	bool mkdir; /* the target is made */
	bool hides; /* it is there to cover something: nothing changes its flags */
};

/* What read-only, read-write and noexec say of a path, in order. */
struct firejail_change {
	char *path;
	unsigned set, clear; /* flags */
};

struct firejail_rows {
	struct firejail_row *items;
	size_t n_items;
	struct firejail_change *changes;
	size_t n_changes;
	bool failed; /* memory ran out, and something is missing */
};

/*
 * Adds a row; SOURCE NULL for that of a filesystem, whose name is TYPE. A row in what is made for
 * the session makes its target.
 */
void firejailrows_add(struct firejail_rows *rows, const char *source, const char *target,
		      const char *type, const char *values, unsigned flags);

/* The last row that TARGET is on or beneath; NULL for none. */
const struct firejail_row *firejailrows_cover(const struct firejail_rows *rows, const char *target);

/* The row with TARGET; NULL for none. */
const struct firejail_row *firejailrows_find(const struct firejail_rows *rows, const char *target);

/* Whether ROW is a filesystem that is made for the session. */
bool firejailrows_is_made(const struct firejail_row *row);

/* SET and CLEAR flags of PATH and what is beneath, from here on. */
void firejailrows_change(struct firejail_rows *rows, const char *path, unsigned set,
			 unsigned clear);

/* Adds a row for each path of a change that has none, and is part of a bind row. */
void firejailrows_add_changed(struct firejail_rows *rows);

/* Takes out the rows that later ones cover in any case. */
void firejailrows_drop_hidden(struct firejail_rows *rows);

/* Writes the rows, with the flags that the changes give them. */
void firejailrows_print(const struct firejail_rows *rows, FILE *stream);

/* For cleanup(). */
void firejailrows_clear(struct firejail_rows *rows);

#endif
