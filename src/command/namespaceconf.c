/* SPDX-License-Identifier: BSD-3-Clause */
#include "namespaceconf.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "lines.h"

#define FIELDS_MAX 4

/* One line as it is being read. */
struct reading {
	const char *file;
	struct report *report;
	struct polydir polydir;
};

static const char *const methods[] = {[POLY_USER] = "user",
				      [POLY_CONTEXT] = "context",
				      [POLY_LEVEL] = "level",
				      [POLY_TMPDIR] = "tmpdir",
				      [POLY_TMPFS] = "tmpfs"};

#define refuse(reading, ...)                                                                       \
	report_say((reading)->report, SEVERITY_ERROR, CODE_IMPORT_LINE, (reading)->file,           \
		   (reading)->polydir.line, __VA_ARGS__)

#define warn(reading, ...)                                                                         \
	report_say((reading)->report, SEVERITY_WARNING, CODE_IMPORT_LINE, (reading)->file,         \
		   (reading)->polydir.line, __VA_ARGS__)

/* The character that a backslash at *TEXT and what follows mean; *TEXT is then at its last. */
static char unescape_word(const char **text)
{
	if (!(*text)[1])
		return '\\';
	switch (*++*text) {
	case 'n':
		return '\n';
	case 't':
		return '\t';
	case 'b':
		return '\b';
	default:
		return **text;
	}
}

/* Splits LINE in place into its first FIELDS_MAX fields; those that it lacks are NULL. */
static void split_words(char *line, char **fields)
{
	const char *text = line;
	char *end = line;

	memset(fields, 0, FIELDS_MAX * sizeof(*fields));
	for (int i = 0; i < FIELDS_MAX; i++) {
		bool quoted = false;

		text += strspn(text, " \t\r\v\f");
		if (!*text)
			return;
		fields[i] = end;
		for (; *text && (quoted || !isspace((unsigned char)*text)); text++) {
			if (*text == '"')
				quoted = !quoted;
			else
				*end++ = (char)(*text == '\\' && !quoted ? unescape_word(&text)
									 : *text);
		}
		/* END is never ahead of TEXT: the blank is read before it is written over. */
		text += *text != '\0';
		*end++ = '\0';
	}
}

/* TEXT with our specifiers, for free(3). */
static char *convert_variables(const char *text)
{
	char *converted = NULL;
	size_t size;
	FILE *stream = open_memstream(&converted, &size);

	if (!stream)
		return NULL;
	for (; *text; text++) {
		bool home = strncmp(text, "$HOME", 5) == 0;

		if (home || strncmp(text, "$USER", 5) == 0) {
			fputs(home ? "%h" : "%u", stream);
			text += 4;
		} else if (*text == '%') {
			fputs("%%", stream);
		} else {
			fputc(*text, stream);
		}
	}
	if (fclose(stream) == 0)
		return converted;
	free(converted);
	return NULL;
}

/* Both paths, as pam_namespace wants them. Returns 1, 0 for a line to leave out, or -ENOMEM. */
static int read_paths(struct reading *reading, char *const *fields)
{
	struct polydir *polydir = &reading->polydir;
	size_t length;

	polydir->directory = convert_variables(fields[0]);
	polydir->prefix = convert_variables(fields[1]);
	if (!polydir->directory || !polydir->prefix)
		return -ENOMEM;
	length = strlen(polydir->directory);
	while (length && polydir->directory[length - 1] == '/')
		polydir->directory[--length] = '\0';
	if (polydir->directory[0] != '/' && strncmp(polydir->directory, "%h", 2) != 0) {
		refuse(reading, "'%s' is no directory: write a path that begins with / or $HOME",
		       fields[0]);
		return 0;
	}
	if (polydir->method != POLY_TMPFS && polydir->prefix[0] != '/' &&
	    strncmp(polydir->prefix, "%h", 2) != 0) {
		refuse(reading,
		       "'%s' is no prefix of a path: write one that begins with / or $HOME",
		       fields[1]);
		return 0;
	}
	if (strstr(polydir->directory, "..") || strstr(polydir->prefix, "..")) {
		refuse(reading, "'..' in a path is refused: write the path without it");
		return 0;
	}
	return 1;
}

static int read_create(struct reading *reading, const char *value)
{
	struct polydir *polydir = &reading->polydir;
	const char *owner = strchr(value, ',');
	char *end;
	unsigned long mode = strtoul(value, &end, 0);

	polydir->create = true;
	free(polydir->create_mode);
	free(polydir->create_owner);
	polydir->create_mode = polydir->create_owner = NULL;
	if (end != value && asprintf(&polydir->create_mode, "%04lo", mode & 07777) < 0) {
		polydir->create_mode = NULL;
		return -ENOMEM;
	}
	if (owner && owner[1] && !(polydir->create_owner = strdup(owner + 1)))
		return -ENOMEM;
	return 0;
}

static int read_mount_options(struct reading *reading, const char *value)
{
	if (reading->polydir.method != POLY_TMPFS) {
		warn(reading, "'mntopts' is for the method tmpfs: pam_namespace passes over it");
		return 0;
	}
	free(reading->polydir.mount_options);
	reading->polydir.mount_options = convert_variables(value);
	return reading->polydir.mount_options ? 0 : -ENOMEM;
}

/* pam_namespace goes by how a flag begins, not by the whole of its name. */
static int read_flag(struct reading *reading, const char *flag)
{
	struct polydir *polydir = &reading->polydir;
	const char *value = strchr(flag, '=');

	value = value ? value + 1 : "";
	if (strncmp(flag, "create", 6) == 0)
		return read_create(reading, value);
	if (strncmp(flag, "mntopts", 7) == 0)
		return read_mount_options(reading, value);
	if (strncmp(flag, "iscript", 7) == 0) {
		free(polydir->script);
		polydir->script = strdup(value);
		return polydir->script ? 0 : -ENOMEM;
	}
	if (strncmp(flag, "noinit", 6) == 0)
		polydir->noinit = true;
	else if (strncmp(flag, "shared", 6) != 0)
		warn(reading, "unknown flag '%s': pam_namespace passes over it", flag);
	return 0;
}

/* Returns 1, 0 for a line to leave out, or -ENOMEM. */
static int read_poly_method(struct reading *reading, char *text)
{
	char *rest;
	const char *method = strtok_r(text, ":", &rest);
	int result = 0;

	for (size_t i = 0; i < sizeof(methods) / sizeof(*methods); i++) {
		if (!method || strcmp(method, methods[i]) != 0)
			continue;
		reading->polydir.method = (enum poly_method)i;
		for (const char *flag; result == 0 && (flag = strtok_r(NULL, ":", &rest));)
			result = read_flag(reading, flag);
		return result < 0 ? result : 1;
	}
	refuse(reading, "'%s' is no method: write user, level, context, tmpdir or tmpfs",
	       method ? method : "");
	return 0;
}

/* Returns 1, 0 for a line to leave out, or -ENOMEM. */
static int read_namespace_fields(struct reading *reading, char *const *fields)
{
	struct polydir *polydir = &reading->polydir;
	const char *users = fields[3] ? fields[3] : "";
	int result;

	if (!fields[2]) {
		refuse(reading,
		       "%s is missing: a line has a directory, an instance prefix and a "
		       "method",
		       fields[1] ? "the method" : "the instance prefix");
		return 0;
	}
	/* An escape may have made one: a newline would begin another row of the tree. */
	for (int i = 0; i < FIELDS_MAX && fields[i]; i++)
		for (const char *c = fields[i]; *c; c++)
			if (iscntrl((unsigned char)*c)) {
				refuse(reading, "control character 0x%02x: write plain text",
				       (unsigned char)*c);
				return 0;
			}
	result = read_poly_method(reading, fields[2]);
	if (result > 0)
		result = read_paths(reading, fields);
	polydir->only = *users == '~';
	if (result > 0 && !(polydir->users = strdup(users + polydir->only)))
		return -ENOMEM;
	return result;
}

static void clear_polydir(struct polydir *polydir)
{
	free(polydir->text);
	free(polydir->directory);
	free(polydir->prefix);
	free(polydir->users);
	free(polydir->create_mode);
	free(polydir->create_owner);
	free(polydir->script);
	free(polydir->mount_options);
	*polydir = (struct polydir){0};
}

/* Reads one line, without its end, into POLYDIRS. */
static int read_namespace_line(struct reading *reading, char *line, struct polydirs *polydirs)
{
	char *fields[FIELDS_MAX];
	struct polydir *grown;
	int result;

	reading->polydir.text = strdup(line);
	line[strcspn(line, "#")] = '\0';
	split_words(line, fields);
	result = !reading->polydir.text ? -ENOMEM
		 : fields[0]		? read_namespace_fields(reading, fields)
					: 0;
	if (result <= 0) {
		clear_polydir(&reading->polydir);
		return result;
	}
	grown = reallocarray(polydirs->items, polydirs->n_items + 1, sizeof(*grown));
	if (!grown) {
		clear_polydir(&reading->polydir);
		return -ENOMEM;
	}
	polydirs->items = grown;
	grown[polydirs->n_items++] = reading->polydir;
	return 0;
}

int namespaceconf_read(const char *text, size_t length, const char *file, struct report *report,
		       struct polydirs *polydirs)
{
	cleanup(lines_clear) struct lines lines = lines_of(text, length);
	struct error error = {0};
	int result = 0;
	char *line;

	*polydirs = (struct polydirs){0};
	while (result != -ENOMEM && (result = lines_next(&lines, &line, &error)) != 0) {
		struct reading reading = {file, report, {.line = lines.number}};

		if (result > 0)
			result = read_namespace_line(&reading, line, polydirs);
		else if (result != -ENOMEM)
			refuse(&reading, "%s", error.words);
		error = (struct error){0};
	}
	return result;
}

void namespaceconf_clear(struct polydirs *polydirs)
{
	for (size_t i = 0; i < polydirs->n_items; i++)
		clear_polydir(&polydirs->items[i]);
	free(polydirs->items);
	*polydirs = (struct polydirs){0};
}
