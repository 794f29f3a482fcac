/* SPDX-License-Identifier: BSD-3-Clause */
#include "firejailprofile.h"

#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "array.h"
#include "buffer.h"
#include "cleanup.h"
#include "import_row.h"
#include "lines.h"
#include "names.h"

#define CONFIG_DIRECTORY "/etc/firejail"
#define DEPTH_MAX 16   /* files that include each other */
#define FILES_MAX 1000 /* read for one profile, those read again included */
#define BLANKS " \t"

/* What firejail puts in, and user-dirs.dirs(5) if nobody has changed it. */
static const struct {
	const char *macro, *text;
} macros[] = {
	{"${HOME}", "%h"},
	{"${RUNUSER}", "/run/user/%U"},
	{"${CFG}", CONFIG_DIRECTORY},
	{"${DESKTOP}", "%h/Desktop"},
	{"${DOCUMENTS}", "%h/Documents"},
	{"${DOWNLOADS}", "%h/Downloads"},
	{"${MUSIC}", "%h/Music"},
	{"${PICTURES}", "%h/Pictures"},
	{"${VIDEOS}", "%h/Videos"},
};

static int read_profile_file(struct firejail_profile *profile, const char *file, unsigned depth,
			     struct report *report, struct error *error);

/* TEXT with the macros and % replaced; NULL where memory ran out. */
static char *expand_macros(const char *text)
{
	struct buffer expanded = {0};

	buffer_add(&expanded, "");
	if (text[0] == '~' && (text[1] == '/' || !text[1])) {
		buffer_add(&expanded, "%h");
		text++;
	}
	while (*text) {
		size_t i = 0, n = sizeof(macros) / sizeof(*macros);

		while (i < n && strncmp(text, macros[i].macro, strlen(macros[i].macro)) != 0)
			i++;
		if (i < n) {
			buffer_add(&expanded, macros[i].text);
			text += strlen(macros[i].macro);
			continue;
		}
		buffer_add(&expanded, *text == '%' ? "%" : "");
		buffer_add_bytes(&expanded, text++, 1);
	}
	return buffer_take(&expanded);
}

/* Adds TEXT, which is allocated, and NULL where memory ran out. */
static int add_to_list(char ***list, size_t *n, char *text)
{
	char **grown = text ? array_grow(*list, *n, sizeof(*grown)) : NULL;

	if (!grown) {
		free(text);
		return -ENOMEM;
	}
	*list = grown;
	grown[(*n)++] = text;
	return 0;
}

static bool is_ignored(const struct firejail_profile *profile, const char *line)
{
	for (size_t i = 0; i < profile->n_ignored; i++)
		if (strncmp(line, profile->ignored[i], strlen(profile->ignored[i])) == 0)
			return true;
	return false;
}

static int add_command(struct firejail_profile *profile, char *line, unsigned number)
{
	size_t length = *line == '?' ? strlen(line) : strcspn(line, BLANKS);
	char *rest = line + length + strspn(line + length, BLANKS);
	struct firejail_command *grown =
		array_grow(profile->items, profile->n_items, sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	profile->items = grown;
	grown += profile->n_items++;
	*grown = (struct firejail_command){.file = profile->files[profile->n_files - 1],
					   .line = number,
					   .name = strndup(line, length),
					   .value = expand_macros(rest)};
	return grown->name && grown->value ? 0 : -ENOMEM;
}

/* Where the file NAME of an include is, into PATH; false for nowhere. */
static bool find_include(const char *name, const char *includer, char path[PATH_MAX])
{
	char copy[PATH_MAX];

	if (*name == '/') {
		snprintf(path, PATH_MAX, "%s", name);
		if (access(path, F_OK) == 0)
			return true;
		name = name_last(name); /* a copy of the directory is imported */
	}
	snprintf(copy, sizeof(copy), "%s", includer);
	snprintf(path, PATH_MAX, "%s/%s", dirname(copy), name);
	if (access(path, F_OK) == 0)
		return true;
	snprintf(path, PATH_MAX, CONFIG_DIRECTORY "/%s", name);
	return access(path, F_OK) == 0;
}

static int read_profile_include(struct firejail_profile *profile, const char *value,
				unsigned number, unsigned depth, struct report *report,
				struct error *error)
{
	const char *file = profile->files[profile->n_files - 1];
	cleanup(cleanup_free) char *name = expand_macros(value);
	const bool may_read = depth < DEPTH_MAX && profile->n_files < FILES_MAX;
	char path[PATH_MAX];
	size_t length;

	if (!name)
		return -ENOMEM;
	length = strlen(name);
	if (may_read && find_include(name, file, path)) {
		int result = read_profile_file(profile, path, depth + 1, report, error);

		if (result < 0 && result != -ENOMEM)
			report_say(report, SEVERITY_ERROR, CODE_IMPORT_LINE, file, number,
				   "'%s' %s: correct that, or take the line out", path,
				   error->words);
		*error = (struct error){0};
		return result == -ENOMEM ? result : 0;
	}
	if (length < 6 || strcmp(name + length - 6, ".local") != 0)
		report_say(report, SEVERITY_ERROR, CODE_IMPORT_LINE, file, number, "'%s' %s", name,
			   may_read ? "is neither beside this file nor in " CONFIG_DIRECTORY
				      ": put it there, or take the line out"
				    : "is included in a circle: take the line out");
	return 0;
}

static int read_profile_line(struct firejail_profile *profile, char *line, unsigned number,
			     unsigned depth, struct report *report, struct error *error)
{
	char *comment = strstr(line, " #");
	size_t length;

	line += strspn(line, BLANKS);
	if (!*line || *line == '#')
		return 0;
	if (comment)
		*comment = '\0';
	length = strlen(line);
	while (length && strchr(BLANKS, line[length - 1]))
		line[--length] = '\0';
	if (is_ignored(profile, line))
		return 0;
	if (strncmp(line, "ignore ", 7) == 0)
		return add_to_list(&profile->ignored, &profile->n_ignored,
				   strdup(line + 7 + strspn(line + 7, BLANKS)));
	if (strncmp(line, "include ", 8) == 0)
		return read_profile_include(profile, line + 8 + strspn(line + 8, BLANKS), number,
					    depth, report, error);
	return add_command(profile, line, number);
}

static int read_profile_lines(struct firejail_profile *profile, const char *text, size_t length,
			      unsigned depth, struct report *report, struct error *error)
{
	cleanup(lines_clear) struct lines lines = lines_of(text, length);
	char *file = profile->files[profile->n_files - 1];
	struct error fault = {0};
	int result = 0;

	for (char *line; result != -ENOMEM && (result = lines_next(&lines, &line, &fault)) != 0;) {
		if (result < 0 && result != -ENOMEM)
			report_say(report, SEVERITY_ERROR, CODE_IMPORT_LINE, file, lines.number,
				   "%s", fault.words);
		else if (result > 0)
			result = read_profile_line(profile, line, lines.number, depth, report,
						   error);
		fault = (struct error){0};
		/* What was included is the last by now. */
		if (result >= 0 && profile->files[profile->n_files - 1] != file)
			result = add_to_list(&profile->files, &profile->n_files, strdup(file));
		file = profile->files[profile->n_files - 1];
	}
	return result;
}

static int read_profile_file(struct firejail_profile *profile, const char *file, unsigned depth,
			     struct report *report, struct error *error)
{
	cleanup(cleanup_free) char *text = NULL;
	size_t length = 0;
	int result = import_text_read(file, &text, &length, error);

	if (result < 0)
		return result;
	if (add_to_list(&profile->files, &profile->n_files, strdup(file)) < 0)
		return error_no_memory(error);
	return read_profile_lines(profile, text, length, depth, report, error);
}

int firejailprofile_read(const char *file, struct report *report, struct firejail_profile *profile,
			 struct error *error)
{
	int result;

	*profile = (struct firejail_profile){0};
	result = read_profile_file(profile, file, 0, report, error);
	return result == -ENOMEM ? error_no_memory(error) : result;
}

static void clear_strings(char **list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(list[i]);
	free(list);
}

void firejailprofile_clear(struct firejail_profile *profile)
{
	for (size_t i = 0; i < profile->n_items; i++) {
		free(profile->items[i].name);
		free(profile->items[i].value);
	}
	free(profile->items);
	clear_strings(profile->files, profile->n_files);
	clear_strings(profile->ignored, profile->n_ignored);
	*profile = (struct firejail_profile){0};
}
