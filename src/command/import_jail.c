/* SPDX-License-Identifier: BSD-3-Clause */
#include "import_jail.h"

#include <errno.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cleanup.h"
#include "import_lsh.h"
#include "import_output.h"
#include "import_row.h"
#include "names.h"
#include "policy_item.h"

#define TREE_NAME "jail"
#define LSH_INI "jk_lsh.ini"
#define INIT_INI "jk_init.ini"
#define PLAIN_BYTES "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/._+@-"

struct jail_import {
	struct import_text text; /* of the jail's etc/passwd */
	const char *jail;	 /* without links */
	char *passwd;
	size_t length;
	struct import_output output;
};

static void cleanup_jail_import(struct jail_import *import)
{
	import_output_clear(&import->output);
	free(import->passwd);
}

static bool is_limited(const struct passwd *user)
{
	return strcmp(name_last(user->pw_shell), "jk_lsh") == 0;
}

/* Whether TEXT is one argument of a command, and no option, however a shell reads it. */
static bool is_plain_word(const char *text)
{
	return *text && *text != '-' && !text[strspn(text, PLAIN_BYTES)];
}

/* The rule for USER of LINE, and what is to be done for it on the host. */
static void print_jail_user(const struct jail_import *import, const struct passwd *user,
			    unsigned line)
{
	const struct import_text *text = &import->text;
	cleanup(cleanup_free) char *who = NULL;
	struct error error = {0};
	struct buffer item = {0};
	char file[PATH_MAX];

	if (user->pw_uid == 0)
		return;
	import_row_item(&item, user->pw_name, strlen(user->pw_name), IMPORT_ROW_NAME);
	who = buffer_take(&item);
	if (!who || policy_check_who(who, &error) < 0) {
		import_text_note(text, line, "%s", who ? error.words : "memory ran out");
		return;
	}
	if (user->pw_dir[0] != '/' || name_has_dots(user->pw_dir))
		import_text_note(text, line,
				 "the home directory '%s' is no absolute path: write one, here and "
				 "in /etc/passwd",
				 user->pw_dir);
	else if (!is_plain_word(user->pw_dir) || !is_plain_word(user->pw_shell) ||
		 !is_plain_word(user->pw_name))
		import_text_note(text, line,
				 "'%s' with the home directory '%s' and the shell '%s': not all of "
				 "them are plain words, and no command is written for them",
				 user->pw_name, user->pw_dir, user->pw_shell);
	else
		fprintf(text->stream, "# usermod --home '%s' --shell '%s' %s\n", user->pw_dir,
			user->pw_shell, user->pw_name);
	snprintf(file, sizeof(file), "%s/etc/jailkit/" LSH_INI, import->jail);
	if (is_limited(user) && access(file, F_OK) < 0)
		import_text_note(text, line,
				 "jk_lsh, the shell of %s, reads etc/jailkit/" LSH_INI
				 " of the jail, which does not exist: copy it there",
				 user->pw_name);
	fprintf(text->stream, "%-24s *       " TREE_NAME "\n", who);
}

/* Calls print_jail_user() for each user of the jail, and returns -ENOMEM or 0. */
static int print_jail_users(const struct jail_import *import)
{
	FILE *stream = fmemopen(import->passwd, import->length, "r");
	const struct passwd *user;
	unsigned line = 0;

	if (!stream)
		return import->length ? -ENOMEM : 0;
	while ((user = fgetpwent(stream)))
		print_jail_user(import, user, ++line);
	fclose(stream);
	return 0;
}

static int print_jail_policy(const struct jail_import *import)
{
	FILE *stream = import->text.stream;
	int result;

	fprintf(stream,
		"# Sessions in the jail %s of jailkit (nstree import).\n"
		"#\n"
		"# On the host, when these rules go live, the users get the homes and the shells "
		"that\n"
		"# they have in the jail, in place of those with /./ and jk_chrootsh. jk_lsh goes "
		"on\n"
		"# limiting commands, by etc/jailkit/" LSH_INI " of the jail.\n"
		"#\n"
		"# who                    service tree           options\n"
		"root                     *       -\n",
		import->jail);
	result = print_jail_users(import);
	fputs("*                        *       -\n", stream);
	return result;
}

static void print_jail_tree(const struct jail_import *import)
{
	FILE *stream = import->text.stream;

	fprintf(stream,
		"# The jail %s (nstree import).\n"
		"#\n"
		"# Its own device files are covered, and so is a socket of jk_socketd: /dev/log is "
		"the\n"
		"# host's. Set-user-ID programs in it have no effect: nosuid.\n"
		"#\n"
		"# source  target  type  options\n",
		import->jail);
	import_row_literal(stream, import->jail);
	fputs("  /  none  rbind,nosuid,nodev\n"
	      "nstree  /dev  nstree.dev  nofail\n"
	      "proc  /proc  proc  nosuid,nodev,noexec,hidepid=ptraceable,nofail\n",
	      stream);
}

static int make_jail_files(struct jail_import *import)
{
	int result;

	import->text.stream = import_output_add(&import->output, strdup("nstree.conf"));
	if (!import->text.stream)
		return -ENOMEM;
	result = print_jail_policy(import);
	if (fclose(import->text.stream) != 0 || result < 0)
		return -ENOMEM;
	import->text.stream =
		import_output_add(&import->output, strdup("nstree.d/" TREE_NAME ".fstab"));
	if (!import->text.stream)
		return -ENOMEM;
	print_jail_tree(import);
	return fclose(import->text.stream) == 0 ? 0 : -ENOMEM;
}

static int import_jail_directory(const char *jail, const char *directory, struct report *report,
				 struct error *error)
{
	cleanup(cleanup_free) char *real = realpath(jail, NULL);
	cleanup(cleanup_jail_import) struct jail_import import = {.jail = real};
	char file[PATH_MAX];
	int result;

	if (!real)
		return error_set(error, errno, "'%s' cannot be read: %m", jail);
	snprintf(file, sizeof(file), "%s/etc/passwd", real);
	import.text = (struct import_text){file, report, NULL};
	if (access(file, F_OK) < 0) {
		error_place(error, file, 0);
		return error_set(error, errno,
				 "cannot be read: %m; name a jail of jailkit, with its users in "
				 "etc/passwd");
	}
	result = import_text_read(file, &import.passwd, &import.length, error);
	if (result < 0)
		return result;
	if (make_jail_files(&import) < 0)
		return error_no_memory(error);
	return import_output_write(&import.output, directory, error);
}

bool import_jail_is(const char *file)
{
	struct stat stat_;

	return strcmp(name_last(file), LSH_INI) == 0 || strcmp(name_last(file), INIT_INI) == 0 ||
	       (stat(file, &stat_) == 0 && S_ISDIR(stat_.st_mode));
}

int import_jail(const char *jail, const char *directory, struct report *report, struct error *error)
{
	if (strcmp(name_last(jail), LSH_INI) == 0)
		return import_lsh(jail, directory, report, error);
	if (strcmp(name_last(jail), INIT_INI) != 0)
		return import_jail_directory(jail, directory, report, error);
	error_place(error, jail, 0);
	return error_set(error, EINVAL,
			 "says what jails can be made of, and not which there are: name the "
			 "directory of a jail that jk_init has made");
}
