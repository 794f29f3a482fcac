/* SPDX-License-Identifier: BSD-3-Clause */
#include "import.h"

#include <errno.h>
#include <glob.h>
#include <libgen.h>
#include <limits.h>
#include <stdint.h>
#include <string.h>

#include "cleanup.h"
#include "import_bwrap.h"
#include "import_firejail.h"
#include "import_jail.h"
#include "import_output.h"
#include "import_row.h"
#include "import_sets.h"
#include "import_sshd.h"
#include "names.h"
#include "namespaceconf.h"
#include "policy_item.h"

#define SSHD_CONFIG "sshd_config"

struct import {
	struct import_text text;
	struct polydirs polydirs;
	struct import_sets sets;
	struct import_output output;
};

static void cleanup_import(struct import *import)
{
	import_output_clear(&import->output);
	import_sets_clear(&import->sets);
	namespaceconf_clear(&import->polydirs);
}

static void print_rule(const struct import *import, const char *who, uint64_t set)
{
	FILE *stream = import->text.stream;
	char name[NAME_MAX + 1];

	import_sets_tree(&import->sets, set, name);
	if (set)
		fprintf(stream, "%-24s *       %-14s isolate=none\n", who, name);
	else
		fprintf(stream, "%-24s *       %s\n", who, name);
}

/* A rule for USER, unless there is one already or the rule for `*` has the same tree. */
static void print_user(const struct polydir *polydir, const char *user, size_t length, void *data)
{
	const struct import *import = data;
	cleanup(cleanup_free) char *name = strndup(user, length);
	cleanup(cleanup_free) char *who = NULL;
	struct buffer item = {0};
	struct error error = {0};
	uint64_t set = import_sets_of(&import->sets, user, length);

	if (!name || set == import->sets.sets[0] || strcmp(name, "root") == 0)
		return;
	for (const struct polydir *above = import->polydirs.items; above <= polydir; above++) {
		const char *first = import_sets_find_user(above->users, user, length);

		if (first && first != user)
			return;
	}
	if (strspn(name, IMPORT_SETS_NAME_BYTES) < length) {
		import_text_note(&import->text, polydir->line, "'%s' is no name of a user", name);
		return;
	}
	import_row_item(&item, name, length, IMPORT_ROW_NAME);
	who = buffer_take(&item);
	if (!who || policy_check_who(who, &error) < 0)
		import_text_note(&import->text, polydir->line, "%s",
				 who ? error.words : "memory ran out");
	else
		print_rule(import, who, set);
}

static void print_root(const struct import *import)
{
	uint64_t set = import_sets_of(&import->sets, "root", 4);
	char name[NAME_MAX + 1];

	if (set)
		import_text_note(
			&import->text, import->polydirs.items[__builtin_ctzll(set)].line,
			"this is for root too; here root stays in the host's tree, so that it can "
			"log in and repair a broken policy: write 'root * %s' if it is meant",
			import_sets_tree(&import->sets, set, name));
	print_rule(import, "root", 0);
}

/* Other files that pam_namespace reads or runs. */
static void note_other_files(const struct import *import)
{
	cleanup(cleanup_free) char *copy = strdup(import->text.file);
	const char *directory = copy ? dirname(copy) : ".";
	char path[PATH_MAX];
	glob_t found = {0};
	bool inits = false;

	for (size_t i = 0; i < import->polydirs.n_items; i++)
		inits = inits || !import->polydirs.items[i].noinit;
	snprintf(path, sizeof(path), "%s/namespace.init", directory);
	if (inits && access(path, X_OK) == 0)
		import_text_note(&import->text, 0,
				 "%s is run for each line without noinit; here a session runs no "
				 "script: make "
				 "what it makes beforehand",
				 path);
	snprintf(path, sizeof(path), "%s/namespace.d/*.conf", directory);
	if (glob(path, 0, NULL, &found) == 0)
		import_text_note(&import->text, 0,
				 "%s is read by pam_namespace as well, and not here: join the "
				 "files with cat, "
				 "and import that",
				 found.gl_pathv[0]);
	globfree(&found);
}

static void print_policy(const struct import *import)
{
	FILE *stream = import->text.stream;

	fprintf(stream,
		"# Sessions as pam_namespace has them by %s (nstree import).\n"
		"#\n"
		"# isolate=none, because pam_namespace isolates nothing. Without it a session "
		"cannot\n"
		"# look into processes outside; nstree.conf(5) has what else there is.\n",
		import->text.file);
	note_other_files(import);
	fputs("#\n# who                    service tree      options\n", stream);
	print_root(import);
	import_sets_each_user(&import->sets, print_user, (void *)(uintptr_t)import);
	print_rule(import, "*", import->sets.sets[0]);
}

static void print_tree(const struct import *import, uint64_t set)
{
	FILE *stream = import->text.stream;

	fprintf(stream, "# The host's tree with what %s mounts in it (nstree import).\n#\n",
		import->text.file);
	fputs("# source  target  type  options\n/  /  none  rbind,slave\n", stream);
	for (size_t i = 0; i < import->polydirs.n_items; i++)
		if (set & UINT64_C(1) << i)
			import_row_print(&import->text, &import->polydirs.items[i]);
}

/* Adds the policy where SET is NULL, or the tree for *SET. */
static int add_file(struct import *import, const uint64_t *set)
{
	char name[NAME_MAX + 1], *file;

	if (asprintf(&file, set ? "nstree.d/%s.fstab" : "nstree.conf",
		     set ? import_sets_tree(&import->sets, *set, name) : "") < 0)
		file = NULL;
	import->text.stream = import_output_add(&import->output, file);
	if (!import->text.stream)
		return -ENOMEM;
	if (set)
		print_tree(import, *set);
	else
		print_policy(import);
	return fclose(import->text.stream) == 0 ? 0 : -ENOMEM;
}

static int make_files(struct import *import)
{
	int result = import_sets_make(&import->polydirs, &import->sets);

	if (result == 0)
		result = add_file(import, NULL);
	for (size_t i = 0; result == 0 && i < import->sets.n_sets; i++)
		if (import->sets.sets[i])
			result = add_file(import, &import->sets.sets[i]);
	return result;
}

static int read_namespace_file(struct import *import, struct error *error)
{
	cleanup(cleanup_free) char *text = NULL;
	size_t length = 0;
	int result = import_text_read(import->text.file, &text, &length, error);

	if (result < 0)
		return result;
	error_place(error, import->text.file, 0);
	if (namespaceconf_read(text, length, import->text.file, import->text.report,
			       &import->polydirs) < 0)
		return error_no_memory(error);
	if (import->polydirs.n_items > IMPORT_SETS_LINES_MAX)
		return error_set(error, E2BIG, "more than %d lines: import them in parts",
				 IMPORT_SETS_LINES_MAX);
	*error = (struct error){0};
	return 0;
}

int import_policy(const char *file, const char *directory, struct report *report,
		  struct error *error)
{
	cleanup(cleanup_import) struct import import = {.text = {file, report, NULL}};
	int result;

	if (strncmp(name_last(file), SSHD_CONFIG, strlen(SSHD_CONFIG)) == 0)
		return import_sshd(file, directory, report, error);
	if (import_jail_is(file))
		return import_jail(file, directory, report, error);
	if (import_firejail_is(file))
		return import_firejail(file, directory, report, error);
	if (import_bwrap_is(file))
		return import_bwrap(file, NULL, directory, report, error);
	result = read_namespace_file(&import, error);
	if (result < 0)
		return result;
	if (make_files(&import) < 0)
		return error_no_memory(error);
	return import_output_write(&import.output, directory, error);
}
