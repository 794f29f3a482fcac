/* SPDX-License-Identifier: BSD-3-Clause */
#include "import_lsh.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "import_output.h"
#include "import_row.h"
#include "inifile.h"
#include "names.h"
#include "policy_item.h"

#define TREE_NAME "lsh"
#define DEFAULT_SECTION "DEFAULT"
#define GROUP_SECTION "group "
#define PROGRAMS "/usr/bin"

struct lsh_import {
	struct import_text text;
	struct inifile ini;
	struct import_output output;
};

static void cleanup_lsh_import(struct lsh_import *import)
{
	import_output_clear(&import->output);
	inifile_clear(&import->ini);
}

/* The name of the tree for SECTION into NAME, which it returns. */
static const char *lsh_tree(size_t section, char name[NAME_MAX + 1])
{
	snprintf(name, NAME_MAX + 1, section ? TREE_NAME "-%zu" : TREE_NAME, section + 1);
	return name;
}

static bool is_group(const struct inifile_section *section)
{
	return strncmp(section->name, GROUP_SECTION, strlen(GROUP_SECTION)) == 0;
}

static void print_section_rule(const struct lsh_import *import, size_t i)
{
	const struct inifile_section *section = &import->ini.sections[i];
	cleanup(cleanup_free) char *who = NULL;
	const char *name_of_section;
	struct buffer item = {0};
	char name[NAME_MAX + 1];
	struct error error = {0};

	if (strcmp(section->name, DEFAULT_SECTION) == 0) {
		fprintf(import->text.stream, "#WHO                     *       %s\n",
			lsh_tree(i, name));
		return;
	}
	name_of_section = section->name;
	if (is_group(section)) {
		buffer_add(&item, "@");
		name_of_section += strlen(GROUP_SECTION);
	}
	import_row_item(&item, name_of_section, strlen(name_of_section), IMPORT_ROW_NAME);
	who = buffer_take(&item);
	if (!who || policy_check_who(who, &error) < 0)
		import_text_note(&import->text, section->line, "%s",
				 who ? error.words : "memory ran out");
	else
		fprintf(import->text.stream, "%-24s *       %s\n", who, lsh_tree(i, name));
}

static void print_lsh_policy(const struct lsh_import *import)
{
	const struct inifile *ini = &import->ini;
	FILE *stream = import->text.stream;

	fprintf(stream,
		"# Sessions with the programs that jk_lsh may run by %s (nstree import).\n"
		"#\n"
		"# jk_lsh stays the login shell, and limits what is run as before; it reads its "
		"file in\n"
		"# the tree. A group there is the primary one, and here any: write @GID:GID for "
		"that. Write\n"
		"# in place of WHO whose shell it is without a section of their own, and take off "
		"the '#'.\n"
		"#\n"
		"# who                    service tree           options\n"
		"root                     *       -\n",
		import->text.file);
	/* In the order in which jk_lsh looks for them. */
	for (int round = 0; round < 3; round++)
		for (size_t i = 0; i < ini->n_sections; i++)
			if ((strcmp(ini->sections[i].name, DEFAULT_SECTION) == 0 ? 2
			     : is_group(&ini->sections[i])			 ? 1
										 : 0) == round)
				print_section_rule(import, i);
	fputs("*                        *       -\n", stream);
}

static bool is_shown_by_base(const char *program)
{
	static const char *const places[] = {"/usr", "/lib", "/lib64", "/sbin"};

	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++)
		if (name_below(program, places[i]))
			return true;
	return false;
}

/* The row for PROGRAM, an absolute path or a name to be looked for. */
static void print_program(const struct lsh_import *import, const char *program, unsigned line)
{
	const char *name = name_below(program, "/bin");
	FILE *stream = import->text.stream;
	char path[PATH_MAX];

	if (!name)
		name = name_below(program, PROGRAMS);
	if (!strchr(program, '/'))
		name = program;
	if (!name && is_shown_by_base(program)) {
		fprintf(stream, "# %s is there\n", program);
		return;
	}
	if (!name && *program != '/') {
		import_text_note(&import->text, line, "'%s' is no absolute path: write one",
				 program);
		return;
	}
	snprintf(path, sizeof(path), name ? PROGRAMS "/%s" : "%s", name ? name : program);
	import_row_literal(stream, path);
	fputs("  ", stream);
	import_row_literal(stream, path);
	fputs("  none  bind,ro,nosuid,nodev,X-mount.mkdir\n", stream);
}

static void print_lsh_tree(const struct lsh_import *import, size_t i)
{
	const struct inifile_value *programs = inifile_find(&import->ini, i, "executables");
	cleanup(cleanup_free) char *list = programs ? strdup(programs->value) : NULL;
	FILE *stream = import->text.stream;
	char *rest = list, *program;

	fprintf(stream,
		"# [%s] in line %u of %s (nstree import).\n#\n"
		"# source  target  type  options\n"
		"host-ro  /  nstree.tree\n"
		"tmpfs  " PROGRAMS "  tmpfs  mode=0755,size=64k,ro,nosuid,nodev\n",
		import->ini.sections[i].name, import->ini.sections[i].line, import->text.file);
	if (!list)
		import_text_note(&import->text, import->ini.sections[i].line,
				 "no 'executables': jk_lsh runs nothing, and nobody gets in");
	while (rest && (program = strsep(&rest, ","))) {
		size_t length;

		program += strspn(program, " \t");
		length = strcspn(program, " \t");
		program[length] = '\0';
		if (length)
			print_program(import, program, programs->line);
	}
}

/* Adds the policy where SECTION is that of no tree, n_sections; or the tree. */
static int add_lsh_file(struct lsh_import *import, size_t section)
{
	bool policy = section == import->ini.n_sections;
	char name[NAME_MAX + 1], *file;

	if (asprintf(&file, policy ? "nstree.conf" : "nstree.d/%s.fstab",
		     policy ? "" : lsh_tree(section, name)) < 0)
		file = NULL;
	import->text.stream = import_output_add(&import->output, file);
	if (!import->text.stream)
		return -ENOMEM;
	if (policy)
		print_lsh_policy(import);
	else
		print_lsh_tree(import, section);
	return fclose(import->text.stream) == 0 ? 0 : -ENOMEM;
}

int import_lsh(const char *file, const char *directory, struct report *report, struct error *error)
{
	cleanup(cleanup_lsh_import) struct lsh_import import = {.text = {file, report, NULL}};
	cleanup(cleanup_free) char *text = NULL;
	size_t length = 0;
	int result = import_text_read(file, &text, &length, error);

	if (result < 0)
		return result;
	result = inifile_read(text, length, file, report, &import.ini);
	if (result == 0)
		result = add_lsh_file(&import, import.ini.n_sections);
	for (size_t i = 0; result == 0 && i < import.ini.n_sections; i++)
		result = add_lsh_file(&import, i);
	return result < 0 ? error_no_memory(error)
			  : import_output_write(&import.output, directory, error);
}
