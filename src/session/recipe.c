/* SPDX-License-Identifier: BSD-3-Clause */
#include "recipe.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "namespace.h"
#include "tree.h"
#include "treefile.h"

/* A tree file without a key is parsed, which finds what is wrong with it. */
static int add_key(struct recipe *recipe, struct decision *decision, const struct subject *subject,
		   struct error *error)
{
	int result;

	recipe->key = tree_file_key(decision->file, subject);
	if (recipe->key)
		return 0;
	result = decision_parse(decision, subject, error);
	return result < 0 ? result : error_no_memory(error);
}

/* What a later look at the session needs to expand the tree's rows as they were. */
static int keep_values(struct recipe *recipe, const struct decision *decision,
		       const struct subject *subject, struct error *error)
{
	if (tree_file_has_specifier(decision->file, 'i'))
		recipe->id = (char *)(uintptr_t)subject->id;
	recipe->environment = tree_file_variables(decision->file, subject);
	return recipe->environment ? 0 : error_no_memory(error);
}

int recipe_make(struct recipe *recipe, struct decision *decision, const struct subject *subject,
		enum method method, struct error *error)
{
	int result;

	*recipe = (struct recipe){
		.conf = (char *)(uintptr_t)(decision->conf ? decision->conf : "-"),
		.tree = decision->file->name,
		.file = decision->file->path,
		.isolate = decision->isolate,
		.shared = decision->shared,
		.method = method,
	};
	recipe->network = network_text(&decision->network);
	if (!recipe->network)
		return error_no_memory(error);
	result = keep_values(recipe, decision, subject, error);
	if (result < 0 || !recipe->shared)
		return result;
	result = namespace_method(method, &recipe->method, error);
	return result < 0 ? result : add_key(recipe, decision, subject, error);
}

int recipe_add_rows(struct recipe *recipe, struct decision *decision, const struct subject *subject,
		    struct error *error)
{
	int result = decision_parse(decision, subject, error);

	if (result < 0 || recipe->rows)
		return result;
	recipe->rows = tree_text(decision->tree);
	return recipe->rows ? 0 : error_no_memory(error);
}

bool recipe_is_joinable(const struct recipe *a, const struct recipe *b)
{
	return a->shared && b->shared && a->isolate == b->isolate && a->method == b->method &&
	       strcmp(a->tree, b->tree) == 0 && strcmp(a->network, b->network) == 0 && a->key &&
	       strcmp(a->key, b->key) == 0;
}

void recipe_clear(struct recipe *recipe)
{
	free(recipe->network);
	free(recipe->environment);
	free(recipe->key);
	free(recipe->rows);
	recipe->network = recipe->environment = recipe->key = recipe->rows = NULL;
}
