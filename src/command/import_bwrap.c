/* SPDX-License-Identifier: BSD-3-Clause */
#include "import_bwrap.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "bwrapline.h"
#include "bwrapops.h"
#include "cleanup.h"
#include "import_bwrap_tree.h"
#include "import_output.h"
#include "import_sandbox.h"
#include "names.h"

#define TREE_NAME "bwrap"
#define COMMAND_LINE "the command line"

struct bwrap_import {
	struct import_text text;
	struct bwrapline line;
	struct bwrapops ops;
	struct import_output output;
};

static void cleanup_bwrap_import(struct bwrap_import *import)
{
	import_output_clear(&import->output);
	bwrapops_clear(&import->ops);
	bwrapline_clear(&import->line);
}

/* Adds what OP, which is no operation on the tree, says to SANDBOX. */
static void add_isolation(struct import_sandbox *sandbox, const struct bwrap_op *op)
{
	enum bwrap_kind kind = op->option->kind;

	sandbox->ipc = sandbox->ipc || kind == BWRAP_IPC || kind == BWRAP_ALL;
	sandbox->pid = sandbox->pid || kind == BWRAP_PID || kind == BWRAP_ALL;
	sandbox->userns = sandbox->userns || kind == BWRAP_USERNS;
	if (kind == BWRAP_NETWORK || kind == BWRAP_ALL)
		sandbox->network = "none";
	else if (kind == BWRAP_SHARE_NETWORK)
		sandbox->network = NULL;
}

static void remark_option(const struct import_text *text, const struct bwrap_op *op,
			  const char *words)
{
	char line[256];

	snprintf(line, sizeof(line), "%s is %s", op->option->name, words);
	import_sandbox_remark(text, op->line, line);
}

static void print_option(const struct import_text *text, const struct bwrap_op *op,
			 const struct import_sandbox *sandbox)
{
	enum bwrap_kind kind = op->option->kind;

	if (kind == BWRAP_NOTE || kind == BWRAP_ALL)
		import_bwrap_note(text, op, op->option->words);
	else if (kind == BWRAP_REMARK)
		remark_option(text, op, op->option->words);
	else if (kind == BWRAP_DIE_WITH_PARENT && sandbox->pid)
		remark_option(text, op, "what isolate=pid does at the end of a session");
	else if (kind == BWRAP_DIE_WITH_PARENT)
		import_bwrap_note(text, op,
				  "processes stay after the session: with pid in isolate= they do "
				  "not");
}

static bool is_shell(const char *command)
{
	static const char *const shells[] = {"sh",   "bash", "dash", "ash",  "zsh",
					     "mksh", "ksh",  "csh",  "tcsh", "fish"};

	for (size_t i = 0; i < sizeof(shells) / sizeof(*shells); i++)
		if (strcmp(name_last(command), shells[i]) == 0)
			return true;
	return false;
}

static void print_command(const struct bwrap_import *import)
{
	const struct bwrap_word *command = import->ops.command;

	if (command && !command->unclear && is_shell(command->text))
		import_sandbox_remark(&import->text, command->line,
				      "the shell that runs is the user's login shell");
	else if (command)
		import_text_note(&import->text, command->line,
				 "'%s' is not run: a session runs the user's login shell, or what "
				 "ForceCommand in sshd_config(5) says",
				 command->text);
}

static void print_bwrap_policy(const struct bwrap_import *import)
{
	const struct bwrapops *ops = &import->ops;
	const struct import_text *text = &import->text;
	/* bwrap always sets no_new_privs. */
	struct import_sandbox sandbox = {.tree = TREE_NAME, .nnp = true};

	import_sandbox_begin(text);
	for (size_t i = 0; i < import->line.others.n_items; i++)
		import_text_note(text, import->line.others.items[i].line,
				 "'%s' is not part of the command, and is not read",
				 import->line.others.items[i].text);
	for (size_t i = 0; i < ops->n_items; i++)
		add_isolation(&sandbox, &ops->items[i]);
	for (size_t i = 0; i < ops->n_items; i++)
		print_option(text, &ops->items[i], &sandbox);
	print_command(import);
	import_sandbox_end(text, &sandbox);
}

/* What bwrap would refuse is an error, and a comment where the rows end. */
static void report_fault(const struct bwrap_import *import, const struct bwrap_word *word,
			 const char *what)
{
	if (!word)
		return;
	report_say(import->text.report, SEVERITY_ERROR, CODE_IMPORT_LINE, import->text.file,
		   word->line, "'%s' %s", word->text, what);
	fputs("# Not read from here on: '", import->text.stream);
	/* A newline would end the comment. */
	for (const char *c = word->text; *c; c++)
		fputc(iscntrl((unsigned char)*c) ? '?' : *c, import->text.stream);
	fputs("'\n", import->text.stream);
}

static int make_bwrap_files(struct bwrap_import *import)
{
	bool hides;

	import->text.stream = import_sandbox_add(&import->output, NULL);
	if (!import->text.stream)
		return -ENOMEM;
	print_bwrap_policy(import);
	if (fclose(import->text.stream) != 0 ||
	    !(import->text.stream = import_sandbox_add(&import->output, TREE_NAME)))
		return -ENOMEM;
	hides = import_bwrap_tree(&import->text, &import->ops);
	report_fault(import, import->ops.unknown,
		     "is no option of bwrap(1) that is known here, and what follows it is not "
		     "read: take it out with its arguments, and import that");
	report_fault(import, import->ops.short_of,
		     "lacks an argument: write it as bwrap(1) has it");
	if (fclose(import->text.stream) != 0)
		return -ENOMEM;
	return hides ? import_sandbox_add_hidden(&import->output) : 0;
}

/* Reads the command into LINE; as bwrapline_read(), or another negative errno with ERROR set. */
static int read_bwrap(const char *file, char *const *command, struct bwrapline *line,
		      struct error *error)
{
	cleanup(cleanup_free) char *text = NULL;
	size_t length = 0;
	int result;

	if (!file)
		return bwrapline_take(command, line);
	result = import_text_read(file, &text, &length, error);
	return result < 0 ? result : bwrapline_read(text, length, line);
}

bool import_bwrap_is(const char *file)
{
	cleanup(bwrapline_clear) struct bwrapline line = {0};
	struct error error = {0};

	return read_bwrap(file, NULL, &line, &error) > 0;
}

int import_bwrap(const char *file, char *const *command, const char *directory,
		 struct report *report, struct error *error)
{
	cleanup(cleanup_bwrap_import) struct bwrap_import import = {
		.text = {file ? file : COMMAND_LINE, report, NULL}};
	int result = read_bwrap(file, command, &import.line, error);

	if (result == 0)
		return error_set(error, EINVAL,
				 "'%s' is no command of bwrap(1): write '-- bwrap OPTION...'",
				 command ? command[0] : file);
	if (result < 0 && result != -ENOMEM)
		return result;
	if (result < 0 || bwrapops_read(&import.line.words, &import.ops) < 0 ||
	    make_bwrap_files(&import) < 0)
		return error_no_memory(error);
	return import_output_write(&import.output, directory, error);
}
