/* SPDX-License-Identifier: BSD-3-Clause */
#include "import_sshd.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "buffer.h"
#include "cleanup.h"
#include "condition.h"
#include "import_output.h"
#include "import_row.h"
#include "names.h"
#include "policy_item.h"
#include "sshdconf.h"

#define TREE_NAME "sshd"
#define SFTP_COMMAND "internal-sftp"
#define NO_CHROOT "none"
#define SSHD_SERVICE "sshd"
#define SERVICE_BYTES "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-"
#define BLANKS " \t"

struct sshd_import {
	struct import_text text;
	struct sshdconf conf;
	struct import_output output;
};

static void cleanup_sshd_import(struct sshd_import *import)
{
	import_output_clear(&import->output);
	sshdconf_clear(&import->conf);
}

/* The command that sshd forces on who matches BLOCK; NULL for none. */
static const char *command_of(const struct sshdconf *conf, const struct sshdconf_block *block)
{
	return block->command ? block->command : conf->blocks[0].command;
}

/* What follows internal-sftp in the forced command of BLOCK; NULL where it is another command. */
static const char *sftp_options(const struct sshdconf *conf, const struct sshdconf_block *block)
{
	const char *command = command_of(conf, block);

	return command && strncmp(command, SFTP_COMMAND, strlen(SFTP_COMMAND)) == 0
		       ? command + strlen(SFTP_COMMAND)
		       : NULL;
}

static bool has_chroot(const struct sshdconf_block *block)
{
	return block->chroot && strcasecmp(block->chroot, NO_CHROOT) != 0;
}

static bool has_same_tree(const struct sshdconf *conf, const struct sshdconf_block *a,
			  const struct sshdconf_block *b)
{
	const char *one = sftp_options(conf, a), *other = sftp_options(conf, b);

	return has_chroot(a) && has_chroot(b) && strcmp(a->chroot, b->chroot) == 0 &&
	       (one && other ? strcmp(one, other) == 0 : one == other);
}

/* The first block with the same tree as BLOCK. */
static const struct sshdconf_block *first_with_tree(const struct sshdconf *conf,
						    const struct sshdconf_block *block)
{
	const struct sshdconf_block *first = conf->blocks;

	while (first < block && !has_same_tree(conf, first, block))
		first++;
	return first;
}

/* The name of BLOCK's tree into NAME, which it returns. */
static const char *chroot_tree_name(const struct sshdconf *conf, const struct sshdconf_block *block,
				    char name[NAME_MAX + 1])
{
	const struct sshdconf_block *first = first_with_tree(conf, block);
	unsigned number = 1;

	for (const struct sshdconf_block *other = conf->blocks; other < first; other++)
		number += has_chroot(other) && first_with_tree(conf, other) == other;
	snprintf(name, NAME_MAX + 1, number > 1 ? TREE_NAME "-%u" : TREE_NAME, number);
	return has_chroot(block) ? name : "-";
}

/* PATTERNS as items of a rule, each after MARK; NULL where memory ran out. */
static char *items_of(const char *patterns, const char *mark)
{
	struct buffer text = {0};

	for (;; patterns++) {
		size_t length;

		if (*patterns == '!') {
			buffer_add(&text, "!");
			patterns++;
		}
		length = strcspn(patterns, ",");
		buffer_add(&text, mark);
		import_row_item(&text, patterns, length, IMPORT_ROW_PATTERN);
		patterns += length;
		if (!*patterns)
			return buffer_take(&text);
		buffer_add(&text, ",");
	}
}

static bool is_service_name(const char *name)
{
	return name && *name && !name[strspn(name, SERVICE_BYTES)];
}

/* The service of who matches BLOCK and no other. */
static const char *service_of(const struct sshdconf *conf, const struct sshdconf_block *block)
{
	if (is_service_name(block->service))
		return block->service;
	return is_service_name(conf->blocks[0].service) ? conf->blocks[0].service : SSHD_SERVICE;
}

/*
 * Whether OTHER may give its service to who gets BLOCK's ChrootDirectory. Of the blocks that match,
 * the first that has a keyword decides, for each keyword by itself.
 */
static bool may_give_service(const struct sshdconf *conf, const struct sshdconf_block *block,
			     const struct sshdconf_block *other)
{
	if (other == block || other == conf->blocks || !is_service_name(other->service))
		return false;
	return other < block || block == conf->blocks ? !other->chroot : !block->service;
}

/* All services that sessions with BLOCK's ChrootDirectory may have, as items of a rule. */
static char *services_of(const struct sshdconf *conf, const struct sshdconf_block *block)
{
	struct buffer text = {0};
	const char *own = service_of(conf, block);

	buffer_add(&text, own);
	for (size_t i = 1; i < conf->n_blocks; i++) {
		const char *name = conf->blocks[i].service;
		bool known =
			!may_give_service(conf, block, &conf->blocks[i]) || strcmp(name, own) == 0;

		for (size_t j = 1; !known && j < i; j++)
			known = may_give_service(conf, block, &conf->blocks[j]) &&
				strcmp(conf->blocks[j].service, name) == 0;
		if (known)
			continue;
		buffer_add(&text, ",");
		buffer_add(&text, name);
	}
	return buffer_take(&text);
}

/* Whether SERVICES, which are BLOCK's, are one that no other block gives. */
static bool has_service_alone(const struct sshdconf *conf, const struct sshdconf_block *block,
			      const char *services)
{
	bool alone = is_service_name(block->service) && strcmp(services, block->service) == 0;

	for (size_t i = 0; alone && i < conf->n_blocks; i++)
		if (&conf->blocks[i] != block && (i == 0 || conf->blocks[i].service))
			alone = strcmp(service_of(conf, &conf->blocks[i]), services) != 0;
	return alone;
}

/* Why no rule says the same as BLOCK; NULL where one does, with its first field in *WHO. */
static const char *why_no_rule(const struct sshdconf_block *block, char **who, struct error *error)
{
	const char *patterns = block->groups ? block->groups : block->users;

	if (block->users && block->groups)
		return "who matches both User and Group: a rule takes who matches one of its "
		       "items; name the users, or set PAMServiceName in the block";
	if (block->others)
		return "criteria other than one User, Group and Address: set PAMServiceName in the "
		       "block to a name that no other gives, and import again";
	if (block->service && !is_service_name(block->service))
		return "PAMServiceName is no name of a file in /etc/pam.d: correct it";
	*who = items_of(patterns ? patterns : "*", block->groups ? "@" : "");
	if (!*who)
		return "memory ran out";
	if (strcmp(*who, "*") != 0 && strpbrk(*who, "*?") && strncmp(*who, "*,!", 3) != 0)
		return "patterns with * or ?: name the users, or a group";
	if (policy_check_who(*who, error) < 0 ||
	    (block->addresses && condition_check_from(block->addresses, error) < 0))
		return error->words;
	return NULL;
}

static void print_block_rule(const struct sshd_import *import, const struct sshdconf_block *block)
{
	FILE *stream = import->text.stream;
	cleanup(cleanup_free) char *who = NULL;
	struct error error = {0};
	const char *obstacle = why_no_rule(block, &who, &error);
	cleanup(cleanup_free) char *services = services_of(&import->conf, block);
	char name[NAME_MAX + 1];
	const char *tree = chroot_tree_name(&import->conf, block, name);
	/* The service is for this block's sessions. */
	bool alone = obstacle && services && has_service_alone(&import->conf, block, services);

	if (obstacle && !alone)
		import_text_note(&import->text, block->line, "%s", obstacle);
	fprintf(stream, "%s%-24s %-7s %s", obstacle && !alone ? "#" : "",
		alone	   ? "*"
		: obstacle ? "WHO"
			   : who,
		services ? services : "*", tree);
	if (block->addresses && !obstacle)
		fprintf(stream, "%*s from=%s", (int)(14 - strlen(tree)), "", block->addresses);
	fputc('\n', stream);
}

static void print_sshd_policy(const struct sshd_import *import)
{
	const struct sshdconf *conf = &import->conf;
	FILE *stream = import->text.stream;

	fprintf(stream,
		"# Sessions in trees that are what ChrootDirectory in %s shows (nstree import).\n"
		"#\n"
		"# Take ChrootDirectory out of that file when these rules go live: sshd looks it "
		"up "
		"inside\n"
		"# the tree. What else stands there, such as ForceCommand, stays.\n",
		import->text.file);
	if (conf->include)
		import_text_note(&import->text, conf->include_line,
				 "'Include %s': import these files too, and join what comes of it",
				 conf->include);
	if (conf->use_pam && strcasecmp(conf->use_pam, "no") == 0)
		import_text_note(&import->text, conf->use_pam_line,
				 "'UsePAM no': sshd opens no PAM session, and no rule is read: "
				 "write 'UsePAM yes'");
	fputs("#\n# who                    service tree           options\n"
	      "root                     *       -\n",
	      stream);
	for (size_t i = 1; i < conf->n_blocks; i++)
		if (conf->blocks[i].chroot)
			print_block_rule(import, &conf->blocks[i]);
	/* A Match block has precedence over what is before the first one. */
	if (has_chroot(&conf->blocks[0]))
		print_block_rule(import, &conf->blocks[0]);
	fputs("*                        *       -\n", stream);
}

/* The value of internal-sftp's option -d in OPTIONS into DIRECTORY; false without one. */
static bool find_sftp_start(const char *options, char directory[PATH_MAX])
{
	for (options += strspn(options, BLANKS); *options; options += strspn(options, BLANKS)) {
		size_t length = strcspn(options, BLANKS);

		if (strncmp(options, "-d", 2) == 0) {
			options += length > 2 ? 2 : length + strspn(options + length, BLANKS);
			snprintf(directory, PATH_MAX, "%.*s", (int)strcspn(options, BLANKS),
				 options);
			return true;
		}
		options += length;
	}
	return false;
}

/* A link for -d, which names a directory as seen in ChrootDirectory. */
static void print_sftp_start(const struct sshd_import *import, const struct sshdconf_block *block)
{
	char start[PATH_MAX];
	size_t length;

	if (!find_sftp_start(sftp_options(&import->conf, block), start))
		return;
	length = start[0] == '/' ? 1 + strcspn(start + 1, "/") : 0;
	if (length < 2 || memchr(start, '%', length) || name_below(start, "/dev") ||
	    name_below(start, "/etc")) {
		import_text_note(&import->text, block->chroot_line,
				 "'-d %s' of %s: write a path that begins with %%h, which is where "
				 "the directory is",
				 start, SFTP_COMMAND);
		return;
	}
	start[length] = '\0';
	fputs("%h", import->text.stream);
	import_row_field(import->text.stream, start);
	fputs("  ", import->text.stream);
	import_row_field(import->text.stream, start);
	fputs("  nstree.symlink\n", import->text.stream);
}

static void print_sshd_tree(const struct sshd_import *import, const struct sshdconf_block *block)
{
	FILE *stream = import->text.stream;

	fprintf(stream, "# Line %u of %s: ChrootDirectory %s (nstree import).\n",
		block->chroot_line, import->text.file, block->chroot);
	if (block->chroot[0] != '/' && strncmp(block->chroot, "%h", 2) != 0)
		import_text_note(&import->text, block->chroot_line,
				 "'%s' is no absolute path, and sshd refuses it: write one",
				 block->chroot);
	if (sftp_options(&import->conf, block)) {
		fputs("# The directory is at the path of the home directory, where sftp begins.\n"
		      "# What clients call /in is HOME/in for them now; a link keeps such a\n"
		      "# path, as in '%h/in  /in  nstree.symlink'. Who has / or /in as home\n"
		      "# directory in passwd(5) needs another (usermod --home).\n#\n"
		      "# source  target  type  options\n"
		      "sftp-only  /  nstree.tree\n",
		      stream);
		import_row_field(stream, block->chroot);
		fputs("  %h  none  bind,nosuid,nodev,noexec,X-mount.mkdir\n", stream);
		print_sftp_start(import, block);
		return;
	}
	fputs("# Its own device files are covered; what programs need besides must be in it.\n#\n"
	      "# source  target  type  options\n",
	      stream);
	import_row_field(stream, block->chroot);
	fputs("  /  none  rbind,nosuid,nodev\n"
	      "nstree  /dev  nstree.dev  nofail\n"
	      "proc  /proc  proc  nosuid,nodev,noexec,hidepid=ptraceable,nofail\n",
	      stream);
}

/* Adds the policy where BLOCK is NULL, or BLOCK's tree. */
static int add_sshd_file(struct sshd_import *import, const struct sshdconf_block *block)
{
	char name[NAME_MAX + 1], *file;

	if (asprintf(&file, block ? "nstree.d/%s.fstab" : "nstree.conf",
		     block ? chroot_tree_name(&import->conf, block, name) : "") < 0)
		file = NULL;
	import->text.stream = import_output_add(&import->output, file);
	if (!import->text.stream)
		return -ENOMEM;
	if (block)
		print_sshd_tree(import, block);
	else
		print_sshd_policy(import);
	return fclose(import->text.stream) == 0 ? 0 : -ENOMEM;
}

static int make_sshd_files(struct sshd_import *import)
{
	const struct sshdconf *conf = &import->conf;
	int result = add_sshd_file(import, NULL);

	for (size_t i = 0; result == 0 && i < conf->n_blocks; i++)
		if (has_chroot(&conf->blocks[i]) &&
		    first_with_tree(conf, &conf->blocks[i]) == &conf->blocks[i])
			result = add_sshd_file(import, &conf->blocks[i]);
	return result;
}

int import_sshd(const char *file, const char *directory, struct report *report, struct error *error)
{
	cleanup(cleanup_sshd_import) struct sshd_import import = {.text = {file, report, NULL}};
	cleanup(cleanup_free) char *text = NULL;
	size_t length = 0;
	int result = import_text_read(file, &text, &length, error);

	if (result < 0)
		return result;
	if (sshdconf_read(text, length, &import.conf) < 0 || make_sshd_files(&import) < 0)
		return error_no_memory(error);
	return import_output_write(&import.output, directory, error);
}
