/* SPDX-License-Identifier: BSD-3-Clause */
#include "report.h"

#include <errno.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "screen.h"

#define ISOLATE_OPTION "isolate="
#define WORD_ENDS " \t,=+"

struct finding {
	enum severity severity;
	struct error error;
	char *text;	      /* the line at fault, NULL where it is none */
	size_t column, width; /* what the message quotes of it; a width of 0 for nothing */
};

struct report {
	struct finding *findings; /* file by file as they were met, in each by line */
	size_t n_findings;
};

static const char *const names[] = {
	[SEVERITY_ERROR] = "error", [SEVERITY_WARNING] = "warning", [SEVERITY_NOTE] = "note"};

static const enum screen_color colors[] = {[SEVERITY_ERROR] = SCREEN_RED,
					   [SEVERITY_WARNING] = SCREEN_YELLOW,
					   [SEVERITY_NOTE] = SCREEN_BOLD};

struct report *report_new(void)
{
	return calloc(1, sizeof(struct report));
}

static bool is_known(const struct report *report, const struct error *error)
{
	for (size_t i = 0; i < report->n_findings; i++) {
		const struct error *known = &report->findings[i].error;

		if (known->line == error->line && strcmp(known->file, error->file) == 0 &&
		    strcmp(known->words, error->words) == 0)
			return true;
	}
	return false;
}

/* Line NUMBER of FILE, without its end, for the caller to free; NULL where it cannot be read. */
static char *read_line(const char *file, unsigned number)
{
	cleanup(cleanup_file) FILE *stream = number ? fopen(file, "re") : NULL;
	char *line = NULL;
	size_t size = 0;

	for (unsigned i = 0; stream && i < number; i++)
		if (getline(&line, &size, stream) < 0) {
			free(line);
			return NULL;
		}
	if (line)
		line[strcspn(line, "\n")] = '\0';
	return line;
}

/* WORD in TEXT, by preference where it stands alone; NULL for nowhere. */
static const char *find_in(const char *text, const char *word)
{
	const char *first = strstr(text, word), *found = first;
	size_t width = strlen(word);

	for (; found; found = strstr(found + 1, word))
		if ((found == text || strchr(WORD_ENDS, found[-1])) &&
		    (!found[width] || strchr(WORD_ENDS, found[width])))
			return found;
	return first;
}

/* Puts the caret under the WIDTH bytes at WORD, if the line holds them. */
static bool place_caret(struct finding *finding, const char *word, size_t width)
{
	cleanup(cleanup_free) char *copy = strndup(word, width);
	const char *found = copy && width ? find_in(finding->text, copy) : NULL;

	if (!found)
		return false;
	finding->column = (size_t)(found - finding->text) + 1;
	finding->width = width;
	return true;
}

/* The first word that the message quotes and the line holds; or the word of isolate= it is about.
 */
static void find_word(struct finding *finding)
{
	const char *quote = finding->error.words;
	size_t option = strlen(ISOLATE_OPTION);

	if (!finding->text)
		return;
	if (strncmp(quote, ISOLATE_OPTION, option) == 0 &&
	    place_caret(finding, quote + option, strcspn(quote + option, ": ")))
		return;
	while ((quote = strchr(quote, '\''))) {
		size_t width = strcspn(quote + 1, "'");

		if (place_caret(finding, quote + 1, width))
			return;
		quote += 1 + width;
		quote += *quote == '\'';
	}
}

/* Where a finding at the place of ERROR goes: behind those of its file that are not below it. */
static size_t find_place(const struct report *report, const struct error *error)
{
	size_t place = report->n_findings;

	for (size_t i = 0; i < report->n_findings; i++)
		if (strcmp(report->findings[i].error.file, error->file) == 0) {
			if (report->findings[i].error.line > error->line)
				return i;
			place = i + 1;
		}
	return place;
}

void report_add(struct report *report, enum severity severity, const struct error *error)
{
	size_t place = find_place(report, error);
	struct finding *grown;

	if (is_known(report, error))
		return;
	grown = reallocarray(report->findings, report->n_findings + 1, sizeof(*grown));
	if (!grown)
		return;
	report->findings = grown;
	grown += place;
	memmove(grown + 1, grown, (report->n_findings++ - place) * sizeof(*grown));
	*grown = (struct finding){.severity = severity, .error = *error};
	grown->text = read_line(error->file, error->line);
	find_word(grown);
}

void report_say(struct report *report, enum severity severity, const char *file, unsigned line,
		const char *format, ...)
{
	struct error error = {0};
	char words[sizeof(error.words)];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(words, sizeof(words), format, arguments);
	va_end(arguments);
	error_say(&error, EINVAL, "%s", words);
	error_place(&error, file, line);
	report_add(report, severity, &error);
}

unsigned report_count(const struct report *report, enum severity severity)
{
	unsigned count = 0;

	for (size_t i = 0; i < report->n_findings; i++)
		count += report->findings[i].severity == severity;
	return count;
}

/* Blanks as in the line, so that a tab moves the caret as it moves the word. */
static void print_caret(const struct finding *finding, FILE *stream, bool color)
{
	fputs("    ", stream);
	for (size_t i = 0; i + 1 < finding->column; i++)
		if (((unsigned char)finding->text[i] & 0xc0) != 0x80)
			fputc(finding->text[i] == '\t' ? '\t' : ' ', stream);
	screen_color(stream, color, SCREEN_GREEN);
	fputc('^', stream);
	for (size_t i = 1; i < finding->width; i++)
		fputc('~', stream);
	screen_color(stream, color, SCREEN_PLAIN);
	fputc('\n', stream);
}

static void print_finding(const struct finding *finding, FILE *stream, bool color)
{
	const struct error *error = &finding->error;

	if (error->file[0]) {
		screen_text(stream, error->file);
		if (error->line)
			fprintf(stream, ":%u", error->line);
		fputs(": ", stream);
	}
	screen_color(stream, color, colors[finding->severity]);
	fputs(names[finding->severity], stream);
	screen_color(stream, color, SCREEN_PLAIN);
	fputs(": ", stream);
	screen_text(stream, error->words);
	fputc('\n', stream);
	if (!finding->text || !finding->width)
		return;
	fputs("    ", stream);
	screen_text(stream, finding->text);
	fputc('\n', stream);
	print_caret(finding, stream, color);
}

void report_print(const struct report *report, unsigned severities, FILE *stream, bool color)
{
	for (size_t i = 0; i < report->n_findings; i++)
		if (severities & (1U << report->findings[i].severity))
			print_finding(&report->findings[i], stream, color);
}

static void print_count(const struct report *report, enum severity severity, FILE *stream)
{
	unsigned count = report_count(report, severity);

	fprintf(stream, "%u %s%s", count, names[severity], count == 1 ? "" : "s");
}

void report_print_counts(const struct report *report, FILE *stream)
{
	print_count(report, SEVERITY_ERROR, stream);
	fputs(", ", stream);
	print_count(report, SEVERITY_WARNING, stream);
	if (report_count(report, SEVERITY_NOTE)) {
		fputs(", ", stream);
		print_count(report, SEVERITY_NOTE, stream);
	}
	fputc('\n', stream);
}

static json_t *number_or_null(size_t number)
{
	return number ? json_integer((json_int_t)number) : json_null();
}

static json_t *finding_json(const struct finding *finding)
{
	const struct error *error = &finding->error;

	return json_pack("{s:s, s:o, s:o, s:o, s:o}", "severity", names[finding->severity], "file",
			 error->file[0] ? screen_json(error->file) : json_null(), "line",
			 number_or_null(error->line), "column",
			 number_or_null(finding->width ? finding->column : 0), "message",
			 screen_json(error->words));
}

int report_print_json(const struct report *report, FILE *stream)
{
	json_t *findings = json_array();
	struct error ignored = {0};

	for (size_t i = 0; i < report->n_findings; i++)
		json_array_append_new(findings, finding_json(&report->findings[i]));
	return screen_print_json(json_pack("{s:i, s:i, s:i, s:o}", "errors",
					   (int)report_count(report, SEVERITY_ERROR), "warnings",
					   (int)report_count(report, SEVERITY_WARNING), "notes",
					   (int)report_count(report, SEVERITY_NOTE), "findings",
					   findings),
				 stream, &ignored);
}

json_t *report_messages(const struct report *report, enum severity severity)
{
	json_t *messages = json_array();

	for (size_t i = 0; i < report->n_findings; i++) {
		const struct error *error = &report->findings[i].error;
		char text[ERROR_TEXT_SIZE];

		if (report->findings[i].severity == severity)
			json_array_append_new(messages, screen_json(error_text(error, text)));
	}
	return messages;
}

void report_free(struct report *report)
{
	if (!report)
		return;
	for (size_t i = 0; i < report->n_findings; i++)
		free(report->findings[i].text);
	free(report->findings);
	free(report);
}
