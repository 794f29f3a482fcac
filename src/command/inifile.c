/* SPDX-License-Identifier: BSD-3-Clause */
#include "inifile.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "cleanup.h"
#include "lines.h"

#define BLANKS " \t"

/* What is between BEGIN and END, without blanks at both; NULL where memory ran out. */
static char *copy_trimmed(const char *begin, const char *end)
{
	begin += strspn(begin, BLANKS);
	while (end > begin && strchr(BLANKS, end[-1]))
		end--;
	return strndup(begin, end > begin ? (size_t)(end - begin) : 0);
}

static int add_section(struct inifile *ini, const char *line, const char *end, unsigned number)
{
	struct inifile_section *grown = array_grow(ini->sections, ini->n_sections, sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	ini->sections = grown;
	grown += ini->n_sections++;
	*grown = (struct inifile_section){copy_trimmed(line + 1, end), number};
	return grown->name ? 0 : -ENOMEM;
}

static int add_ini_value(struct inifile *ini, const char *line, const char *equals, unsigned number)
{
	struct inifile_value *grown = array_grow(ini->values, ini->n_values, sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	ini->values = grown;
	grown += ini->n_values++;
	*grown = (struct inifile_value){ini->n_sections - 1, copy_trimmed(line, equals),
					copy_trimmed(equals + 1, equals + strlen(equals)), number};
	return grown->key && grown->value ? 0 : -ENOMEM;
}

/* Why LINE is wrong; NULL where it is not, with what became of it in *RESULT. */
static const char *read_ini_line(struct inifile *ini, char *line, unsigned number, int *result)
{
	char *end;

	*result = 0;
	line += strspn(line, BLANKS);
	if (!*line || strchr("#;", *line))
		return NULL;
	end = strchr(line, *line == '[' ? ']' : '=');
	if (!end)
		return *line == '['
			       ? "the section has no ']': write it as '[NAME]'"
			       : "neither a section nor a value: write '[NAME]' or 'KEY = VALUE'";
	if (*line == '[') {
		*result = add_section(ini, line, end, number);
		return NULL;
	}
	if (!ini->n_sections)
		return "a value before the first section: write '[NAME]' above it";
	*result = add_ini_value(ini, line, end, number);
	return NULL;
}

int inifile_read(const char *text, size_t length, const char *file, struct report *report,
		 struct inifile *ini)
{
	cleanup(lines_clear) struct lines lines = lines_of(text, length);
	struct error error = {0};
	int result = 0;
	char *line;

	*ini = (struct inifile){0};
	while (result != -ENOMEM && (result = lines_next(&lines, &line, &error)) != 0) {
		const char *fault = result < 0 ? error.words : NULL;

		if (result == -ENOMEM)
			break;
		if (!fault)
			fault = read_ini_line(ini, line, lines.number, &result);
		if (fault)
			report_say(report, SEVERITY_ERROR, CODE_IMPORT_LINE, file, lines.number,
				   "%s", fault);
		error = (struct error){0};
	}
	return result;
}

const struct inifile_value *inifile_find(const struct inifile *ini, size_t section, const char *key)
{
	for (size_t i = 0; i < ini->n_values; i++)
		if (ini->values[i].section == section && strcmp(ini->values[i].key, key) == 0)
			return &ini->values[i];
	return NULL;
}

void inifile_clear(struct inifile *ini)
{
	for (size_t i = 0; i < ini->n_values; i++) {
		free(ini->values[i].key);
		free(ini->values[i].value);
	}
	for (size_t i = 0; i < ini->n_sections; i++)
		free(ini->sections[i].name);
	free(ini->values);
	free(ini->sections);
	*ini = (struct inifile){0};
}
