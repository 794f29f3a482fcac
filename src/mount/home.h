/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Home directories that must not be part of a session: a system directory, or one with the homes of
 * other users in it. A row for it would uncover what the other rows of the tree leave out, or make
 * writable what they make read-only.
 */
#ifndef NSTREE_HOME_H
#define NSTREE_HOME_H

#include <limits.h>
#include <stddef.h>

#include "error.h"
#include "path.h"
#include "row.h"
#include "subject.h"
#include "tree.h"
#include "trust.h"

#define HOME_PLACES 21 /* system directories beside those of trust_places[] */

/*
 * Whether SUBJECT's home directory may be where ROW, if it was written with %h, puts it. The home
 * may not be or contain a system directory, nor be in /usr, /etc, /proc or the like, nor, of a user
 * other than uid 0, in /root, nor contain the home of another uid of /etc/passwd. Looks at names
 * alone, and reads /etc/passwd (fgetpwent_r(3)), but asks no other source of NSS: not all can be
 * listed, and at a login there is no time for it. Returns 0, or -EPERM with the user and the
 * reason; no `nofail` covers it.
 */
int home_check_row(const struct row *row, const struct subject *subject, struct error *error);

/*
 * The same without the homes of /etc/passwd, for a caller that checks many users and has these in a
 * list: see home_refuse_parent().
 */
int home_check_place(const struct row *row, const struct subject *subject, struct error *error);

/* Refuses SUBJECT's home because that of the user OTHER, OTHER_HOME, is beneath it. Returns -EPERM.
 */
int home_refuse_parent(const struct subject *subject, const char *other, const char *other_home,
		       struct error *error);

/* Copies the absolute path FROM without "//" and without a "/" at its end. */
void home_copy_path(char to[PATH_MAX], const char *from);

/*
 * Whether the row INDEX of TREE, if it was written with %h, leaves the rows before it in view: its
 * target may not be or contain the target of one of them, unless that row is for the user alone as
 * well (its target has %h, %u, %U, %i or %{NAME}). Returns 0, or -EPERM; no `nofail` covers it.
 */
int home_check_target(const struct tree *tree, size_t index, const struct subject *subject,
		      struct error *error);

/* Which files the system directories are, kept by a caller that checks many homes; empty at first.
 */
struct home_places {
	struct home_place {
		bool known, exists;
		dev_t device;
		ino_t inode;
	} place[TRUST_PLACES + HOME_PLACES];
};

/*
 * Whether SOURCE, which path_open() found for a bind row of SUBJECT's tree, is a system directory
 * by another name, such as a symbolic link of root's, where it was written with %h. KNOWN is NULL
 * for a single home. Returns 0, or -EPERM.
 */
int home_check_source(const struct row *row, const struct subject *subject,
		      const struct path *source, struct home_places *known, struct error *error);

#endif
