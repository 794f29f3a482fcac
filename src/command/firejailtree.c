/* SPDX-License-Identifier: BSD-3-Clause */
#include "firejailtree.h"

#include <string.h>

#include "cleanup.h"
#include "names.h"

void firejailtree_note(const struct import_text *text, const struct firejail_command *command,
		       const char *words)
{
	struct import_text part = *text;

	part.file = command->file;
	import_text_note(&part, command->line, "'%s%s%s': %s", command->name,
			 command->value[0] ? " " : "", command->value, words);
}

void firejailtree_remark(const struct import_text *text, const struct firejail_command *command,
			 const char *words)
{
	fprintf(text->stream, "# %s:%u: %s%s%s: %s\n", name_last(command->file), command->line,
		command->name, command->value[0] ? " " : "", command->value, words);
}

const struct firejail_command *firejailtree_find(const struct firejail_tree *tree, const char *name)
{
	for (size_t i = tree->profile->n_items; i-- > 0;)
		if (strcmp(tree->profile->items[i].name, name) == 0)
			return &tree->profile->items[i];
	return NULL;
}

bool firejailtree_is(const struct firejail_command *command, const char *name)
{
	return strcmp(command->name, name) == 0;
}

void firejailtree_each(struct firejail_tree *tree, size_t at, firejail_visit *use)
{
	const struct firejail_command *command = &tree->profile->items[at];
	cleanup(firejailpaths_clear) struct firejail_paths paths = {0};
	const char *obstacle = firejailpaths_find(command->value, &paths);

	if (obstacle)
		firejailtree_note(tree->text, command, obstacle);
	else if (!paths.n_items)
		firejailtree_remark(tree->text, command, "this machine has none");
	for (size_t i = 0; i < paths.n_items; i++)
		use(tree, at, &paths.items[i]);
}

bool firejailtree_is_excepted(const struct firejail_tree *tree, size_t at, const char *exception,
			      const char *path)
{
	while (at-- > 0)
		if (firejailtree_is(&tree->profile->items[at], exception) &&
		    firejailpaths_match(tree->profile->items[at].value, path))
			return true;
	return false;
}
