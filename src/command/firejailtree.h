/* SPDX-License-Identifier: BSD-3-Clause */
/* A tree that is made from a profile of firejail(1): what its parts have in common. */
#ifndef NSTREE_FIREJAILTREE_H
#define NSTREE_FIREJAILTREE_H

#include <stdbool.h>

#include "firejailpaths.h"
#include "firejailprofile.h"
#include "firejailrows.h"
#include "import_row.h"

struct firejail_tree {
	const struct import_text *text;
	const struct firejail_profile *profile;
	struct firejail_rows rows;
	bool hides; /* a row has IMPORT_SANDBOX_HIDDEN_FILE */
};

/* What is done with a path that the command AT of the profile means. */
typedef void firejail_visit(struct firejail_tree *tree, size_t at,
			    const struct firejail_path *path);

/* The last command NAME of the profile; NULL for none. */
const struct firejail_command *firejailtree_find(const struct firejail_tree *tree,
						 const char *name);

bool firejailtree_is(const struct firejail_command *command, const char *name);

/* Calls USE for each path that the command AT means; a note or remark where there is none. */
void firejailtree_each(struct firejail_tree *tree, size_t at, firejail_visit *use);

/* Whether a command EXCEPTION before AT has PATH. */
bool firejailtree_is_excepted(const struct firejail_tree *tree, size_t at, const char *exception,
			      const char *path);

/* Notes that there is nothing for COMMAND, which may be an included file's, and WORDS. */
void firejailtree_note(const struct import_text *text, const struct firejail_command *command,
		       const char *words);

/* The same as a comment that calls for nothing, and no warning. */
void firejailtree_remark(const struct import_text *text, const struct firejail_command *command,
			 const char *words);

#endif
