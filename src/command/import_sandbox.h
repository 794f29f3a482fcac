/* SPDX-License-Identifier: BSD-3-Clause */
/* What the sandboxes of bwrap(1) and firejail(1) become: a tree, and a rule for nobody yet. */
#ifndef NSTREE_IMPORT_SANDBOX_H
#define NSTREE_IMPORT_SANDBOX_H

#include <stdbool.h>

#include "import_output.h"
#include "import_row.h"
#include "treefile.h"

/* A file that is bound over files which are to be hidden; its name in the output, and installed. */
#define IMPORT_SANDBOX_HIDDEN "nstree.d/hidden"
#define IMPORT_SANDBOX_HIDDEN_FILE TREE_DIRECTORY "/hidden"

/* What the rule says besides the tree. */
struct import_sandbox {
	const char *tree;	    /* its name */
	bool nnp, ipc, userns, pid; /* words of isolate= */
	const char *network;	    /* of net=; NULL for the host's */
};

/* Begins the policy in TEXT: what comes of TEXT's file. */
void import_sandbox_begin(const struct import_text *text);

/* A remark in TEXT that calls for nothing; unlike import_text_note() it is no warning. */
void import_sandbox_remark(const struct import_text *text, unsigned line, const char *words);

/* Ends the policy: the rules, of which the one for SANDBOX is a comment. */
void import_sandbox_end(const struct import_text *text, const struct import_sandbox *sandbox);

/* Adds IMPORT_SANDBOX_HIDDEN to OUTPUT. Returns 0 or -ENOMEM. */
int import_sandbox_add_hidden(struct import_output *output);

/* Adds the file of TREE, or the policy where it is NULL; as import_output_add(). */
FILE *import_sandbox_add(struct import_output *output, const char *tree);

#endif
