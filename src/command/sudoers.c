/* SPDX-License-Identifier: BSD-3-Clause */
#include "sudoers.h"

#include <ctype.h>
#include <dirent.h>
#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "cleanup.h"

#define BLANKS " \t"
#define DEPTH_MAX 8

/* One reading of a file and of what it includes. */
struct reading {
	sudoers_found found;
	void *data;
	unsigned depth;
};

static void read_sudoers(const char *file, struct reading *reading);

static char *skip_blanks(char *text)
{
	return text + strspn(text, BLANKS);
}

/* What comes after WORD and a blank in TEXT, without the end's blanks; NULL where it has not WORD.
 */
static char *after_word(char *text, const char *word)
{
	size_t length = strlen(word);

	if (strncmp(text, word, length) != 0 || !text[length] || !strchr(BLANKS, text[length]))
		return NULL;
	text = skip_blanks(text + length);
	text[strcspn(text, BLANKS)] = '\0';
	return text;
}

/* sudo reads neither what ends in '~' nor what has a dot in its name. */
static int is_read(const struct dirent *entry)
{
	return !strchr(entry->d_name, '.') && entry->d_name[strlen(entry->d_name) - 1] != '~';
}

/* A path that does not begin with a slash is beside the file. */
static void make_path(char path[PATH_MAX], const char *file, const char *name)
{
	const char *slash = strrchr(file, '/');

	if (*name == '/' || !slash)
		snprintf(path, PATH_MAX, "%s", name);
	else
		snprintf(path, PATH_MAX, "%.*s/%s", (int)(slash - file), file, name);
}

static void read_directory(const char *directory, struct reading *reading)
{
	struct dirent **entries = NULL;
	char path[PATH_MAX];
	int n = scandir(directory, &entries, is_read, alphasort);

	for (int i = 0; i < n; i++) {
		if ((size_t)snprintf(path, sizeof(path), "%s/%s", directory, entries[i]->d_name) <
		    sizeof(path))
			read_sudoers(path, reading);
		free(entries[i]);
	}
	free(entries);
}

/* Whether TEXT includes another file or a directory, which is then read: '#' is the old way. */
static bool read_include(char *text, const char *file, struct reading *reading)
{
	char path[PATH_MAX], *name;

	if (*text != '@' && *text != '#')
		return false;
	if ((name = after_word(text + 1, "includedir"))) {
		make_path(path, file, name);
		read_directory(path, reading);
		return true;
	}
	if ((name = after_word(text + 1, "include"))) {
		make_path(path, file, name);
		read_sudoers(path, reading);
		return true;
	}
	return false;
}

/* Whether the list RUNAS, what stands in parentheses, has root or ALL before its colon. */
static bool runs_as_root(char *runas)
{
	runas[strcspn(runas, ":")] = '\0';
	for (char *name; (name = strsep(&runas, "," BLANKS));)
		if (strcmp(name, "ALL") == 0 || strcmp(name, "root") == 0)
			return true;
	return false;
}

/* Skips the tags, such as NOPASSWD:. */
static char *skip_tags(char *text)
{
	for (;;) {
		size_t length = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_");

		if (!length || text[length + strspn(text + length, BLANKS)] != ':')
			return text;
		text = skip_blanks(strchr(text + length, ':') + 1);
	}
}

/* Whether COMMANDS, what stands behind the '=', is everything, as root. */
static bool allows_everything(char *commands)
{
	char *command;

	commands = skip_blanks(commands);
	if (*commands == '(') {
		char *end = strchr(commands, ')');

		if (!end)
			return false;
		*end = '\0';
		if (!runs_as_root(commands + 1))
			return false;
		commands = end + 1;
	}
	commands = skip_tags(skip_blanks(commands));
	while ((command = strsep(&commands, ","))) {
		command = skip_blanks(command);
		command[strcspn(command, BLANKS)] = '\0';
		if (strcmp(command, "ALL") == 0)
			return true;
	}
	return false;
}

/* Tells of one item of a user list that is a name or a %group. */
static void tell_item(const char *item, struct reading *reading)
{
	bool group = *item == '%';
	const char *name = item + group;

	if (isalpha((unsigned char)*name) || *name == '_')
		reading->found(reading->data, name, group);
}

/* "USERS HOSTS=COMMANDS", where blanks may follow a comma. */
static void read_user_spec(char *text, struct reading *reading)
{
	char *equals = strchr(text, '='), *item;
	bool goes_on = true;

	if (!equals || !allows_everything(equals + 1))
		return;
	*equals = '\0';
	while (goes_on && *(text = skip_blanks(text))) {
		size_t length = strcspn(text, "," BLANKS);
		char *rest = skip_blanks(text + length);

		goes_on = *rest == ',';
		item = text;
		text = rest + goes_on;
		item[length] = '\0';
		if (strcmp(item, "ALL") != 0)
			tell_item(item, reading);
	}
}

static void read_statement(char *text, const char *file, struct reading *reading)
{
	text = skip_blanks(text);
	if (read_include(text, file, reading))
		return;
	text[strcspn(text, "#")] = '\0';
	if (strncmp(text, "Defaults", strlen("Defaults")) != 0 && !strstr(text, "_Alias"))
		read_user_spec(text, reading);
}

/* A statement goes on in the next line where its own ends in a backslash. */
static void read_sudoers(const char *file, struct reading *reading)
{
	cleanup(cleanup_file) FILE *stream = NULL;
	cleanup(cleanup_free) char *line = NULL;
	char statement[4096] = "";
	size_t size = 0;

	if (reading->depth >= DEPTH_MAX || !(stream = fopen(file, "re")))
		return;
	reading->depth++;
	while (getline(&line, &size, stream) >= 0) {
		size_t length = strcspn(line, "\n"), used = strlen(statement);
		bool goes_on = length && line[length - 1] == '\\';

		line[goes_on ? length - 1 : length] = '\0';
		snprintf(statement + used, sizeof(statement) - used, "%s", line);
		if (goes_on)
			continue;
		read_statement(statement, file, reading);
		statement[0] = '\0';
	}
	reading->depth--;
}

void sudoers_each_administrator(const char *file, sudoers_found found, void *data)
{
	struct reading reading = {.found = found, .data = data};

	read_sudoers(file, &reading);
}
