/* SPDX-License-Identifier: BSD-3-Clause */
#include "report.h"

#include <ctype.h>
#include <errno.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "buffer.h"
#include "cleanup.h"
#include "codes.h"
#include "printable.h"
#include "textfile.h"

#define TARGET_QUOTE "target '"
#define WORD_ENDS " \t,=+:"
#define USERS_TEXT_SIZE 256
#define LINE_SHOWN_MAX 160 /* bytes of a line */
#define SHOWN_BEFORE 60	   /* of these before the word at fault, in a longer line */

#define NAMES_MAX 3 /* of users whose fault it is */

struct finding {
	enum severity severity;
	struct error error;
	char *pattern; /* the words without what is one user's; NULL where it is nobody's in
			  particular */
	unsigned n_users;
	char *users[NAMES_MAX];
	char *text;	      /* the line at fault, NULL where it is none */
	size_t column, width; /* what the message quotes of it; a width of 0 for nothing */
};

struct report {
	const struct subject *user; /* whose tree is being checked; NULL for none */
	struct rootdir root;	    /* that files are in; an empty path for none */
	struct finding *findings;   /* by file in the order of discovery, then by line */
	size_t n_findings;
};

static const char *const names[] = {
	[SEVERITY_ERROR] = "error", [SEVERITY_WARNING] = "warning", [SEVERITY_NOTE] = "note"};

static const enum printable_color colors[] = {[SEVERITY_ERROR] = PRINTABLE_RED,
					      [SEVERITY_WARNING] = PRINTABLE_YELLOW,
					      [SEVERITY_NOTE] = PRINTABLE_BOLD};

struct report *report_new(void)
{
	return calloc(1, sizeof(struct report));
}

void report_set_user(struct report *report, const struct subject *user)
{
	report->user = user;
}

void report_set_root(struct report *report, const struct rootdir *root)
{
	report->root = root ? *root : (struct rootdir){0};
}

/* Whether TEXT goes on with WORD as a word of its own. */
static bool is_word_at(const char *text, size_t at, const char *word)
{
	size_t length = strlen(word);

	return length && strncmp(text + at, word, length) == 0 &&
	       (at == 0 || !isalnum((unsigned char)text[at - 1])) &&
	       !isalnum((unsigned char)text[at + length]);
}

/* WORDS with USER's home directory, name and uid as specifiers, the caller's to free; NULL where
 * none of them is in it, or memory ran out. */
static char *make_pattern(const char *words, const struct subject *user)
{
	const char *const specifiers[] = {"%h", "%u", "%U"};
	const char *values[] = {user->home, user->user, NULL};
	cleanup(buffer_clear) struct buffer pattern = {0};
	char uid[16];
	bool found = false;

	snprintf(uid, sizeof(uid), "%u", (unsigned)user->uid);
	values[2] = uid;
	for (size_t at = 0; words[at];) {
		size_t i = 0;

		while (i < 3 && !is_word_at(words, at, values[i]))
			i++;
		found = found || i < 3;
		if (i < 3)
			buffer_add(&pattern, specifiers[i]);
		else
			buffer_add_bytes(&pattern, words + at, 1);
		at += i < 3 ? strlen(values[i]) : 1;
	}
	return found ? buffer_take(&pattern) : NULL;
}

static bool is_same_text(const char *one, const char *other)
{
	return one && other ? strcmp(one, other) == 0 : one == other;
}

/* A finding with the same message for the same line, for this user or another. */
static struct finding *find_same(const struct report *report, const struct error *error,
				 const char *pattern)
{
	for (size_t i = 0; i < report->n_findings; i++) {
		struct finding *known = &report->findings[i];

		if (known->error.line == error->line &&
		    strcmp(known->error.file, error->file) == 0 &&
		    is_same_text(known->pattern, pattern) &&
		    (pattern || strcmp(known->error.words, error->words) == 0))
			return known;
	}
	return NULL;
}

/* Counts USER in FINDING. Users are checked one after the other. */
static void add_user(struct finding *finding, const struct subject *user)
{
	char **last =
		&finding->users[finding->n_users < NAMES_MAX ? finding->n_users : NAMES_MAX - 1];

	for (size_t i = 0; i < NAMES_MAX && finding->users[i]; i++)
		if (strcmp(finding->users[i], user->user) == 0)
			return;
	if (!*last)
		*last = strdup(user->user);
	finding->n_users++;
}

/* Line NUMBER of FILE, without its end, for the caller to free; NULL where it cannot be read. */
static char *read_source_line(const struct report *report, const char *file, unsigned number)
{
	cleanup(cleanup_free) char *text = NULL;
	size_t length;
	const char *line;

	if (!number ||
	    textfile_read_in(report->root.path[0] ? &report->root : NULL, file, &text, &length) < 0)
		return NULL;
	for (line = text; --number; line++)
		if (!(line = strchr(line, '\n')))
			return NULL;
	return strndup(line, strcspn(line, "\n"));
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

/* Where a row's target is, which is the source's name as well in many rows. */
static const char *skip_source(const char *text)
{
	text += strspn(text, " \t");
	return text + strcspn(text, " \t");
}

/* Puts the caret under the WIDTH bytes at WORD, if the line holds them. */
static bool place_caret(struct finding *finding, const char *word, size_t width)
{
	cleanup(cleanup_free) char *copy = strndup(word, width);
	const size_t before = strlen(TARGET_QUOTE);
	bool target = word - finding->error.words >= (ptrdiff_t)before &&
		      strncmp(word - before, TARGET_QUOTE, before) == 0;
	const char *found = NULL;

	if (copy && width && target)
		found = find_in(skip_source(finding->text), copy);
	if (copy && width && !found)
		found = find_in(finding->text, copy);

	if (!found)
		return false;
	finding->column = (size_t)(found - finding->text) + 1;
	finding->width = width;
	return true;
}

/* The first word that the message quotes and the line holds; or that of the option it begins with,
 * as in "isolate=pid: ...". */
static void find_word_in_line(struct finding *finding)
{
	const char *quote = finding->error.words;
	size_t option = strspn(quote, "abcdefghijklmnopqrstuvwxyz");

	if (!finding->text)
		return;
	if (option && quote[option] == '=' &&
	    place_caret(finding, quote + option + 1, strcspn(quote + option + 1, ": ")))
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

void report_add(struct report *report, enum severity severity, enum error_code code,
		const struct error *error)
{
	cleanup(cleanup_free) char *pattern =
		report->user ? make_pattern(error->words, report->user) : NULL;
	struct finding *finding = find_same(report, error, pattern), *grown;
	size_t place = find_place(report, error);

	if (!finding) {
		grown = reallocarray(report->findings, report->n_findings + 1, sizeof(*grown));
		if (!grown)
			return;
		report->findings = grown;
		finding = grown + place;
		memmove(finding + 1, finding, (report->n_findings++ - place) * sizeof(*finding));
		*finding = (struct finding){.severity = severity, .error = *error};
		if (!finding->error.code)
			finding->error.code = code;
		finding->pattern = steal_pointer(&pattern);
		finding->text = read_source_line(report, error->file, error->line);
		find_word_in_line(finding);
	}
	if (finding->pattern && report->user)
		add_user(finding, report->user);
}

void report_say(struct report *report, enum severity severity, enum error_code code,
		const char *file, unsigned line, const char *format, ...)
{
	struct error error = {0};
	char words[sizeof(error.words)];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(words, sizeof(words), format, arguments);
	va_end(arguments);
	error_set(&error, EINVAL, "%s", words);
	error_place(&error, file, line);
	report_add(report, severity, code, &error);
}

unsigned report_count(const struct report *report, enum severity severity)
{
	unsigned count = 0;

	for (size_t i = 0; i < report->n_findings; i++)
		count += report->findings[i].severity == severity;
	return count;
}

bool report_has_error(const struct report *report, const char *file)
{
	for (size_t i = 0; i < report->n_findings; i++)
		if (report->findings[i].severity == SEVERITY_ERROR &&
		    strcmp(report->findings[i].error.file, file) == 0)
			return true;
	return false;
}

/* "(300 users: alice, bob, carol, ...)" behind what is the fault of several; else "". */
static const char *users_text(const struct finding *finding, char text[USERS_TEXT_SIZE])
{
	int length;

	text[0] = '\0';
	if (finding->n_users < 2)
		return text;
	length = snprintf(text, USERS_TEXT_SIZE, " (%u users: ", finding->n_users);
	for (size_t i = 0; i < NAMES_MAX && finding->users[i]; i++)
		length += snprintf(text + length, USERS_TEXT_SIZE - (size_t)length, "%s%.64s",
				   i ? ", " : "", finding->users[i]);
	snprintf(text + length, USERS_TEXT_SIZE - (size_t)length, "%s)",
		 finding->n_users > NAMES_MAX ? ", ..." : "");
	return text;
}

static bool is_continuation(char byte)
{
	return ((unsigned char)byte & 0xc0) == 0x80;
}

/* Which bytes of the line are shown, from *START to before *END: those about the word at fault. */
static void find_shown(const struct finding *finding, size_t *start, size_t *end)
{
	const char *text = finding->text;
	size_t length = strlen(text);

	*start = 0;
	*end = length;
	if (length <= LINE_SHOWN_MAX)
		return;
	if (finding->column > SHOWN_BEFORE)
		*start = finding->column - 1 - SHOWN_BEFORE;
	while (is_continuation(text[*start]))
		(*start)++;
	if (*start + LINE_SHOWN_MAX < length)
		*end = *start + LINE_SHOWN_MAX;
	while (is_continuation(text[*end]))
		(*end)++;
}

/* The line, and below it the caret. Blanks as in the line, so that a tab moves both. */
static void print_source_line(const struct finding *finding, FILE *stream, bool color)
{
	cleanup(cleanup_free) char *shown = NULL;
	size_t start, end, i = finding->column - 1;

	find_shown(finding, &start, &end);
	shown = strndup(finding->text + start, end - start);
	fprintf(stream, "    %s", start ? "..." : "");
	printable_text(stream, shown ? shown : "");
	fprintf(stream, "%s\n    %s", finding->text[end] ? "..." : "", start ? "   " : "");
	for (size_t before = start; before < i; before++)
		if (!is_continuation(finding->text[before]))
			fputc(finding->text[before] == '\t' ? '\t' : ' ', stream);
	printable_color(stream, color, PRINTABLE_GREEN);
	fputc('^', stream);
	while (++i < finding->column - 1 + finding->width && i < end)
		fputc('~', stream);
	printable_color(stream, color, PRINTABLE_PLAIN);
	fputc('\n', stream);
}

static void print_finding(const struct finding *finding, FILE *stream, bool color)
{
	const struct error *error = &finding->error;
	char users[USERS_TEXT_SIZE];

	if (error->file[0]) {
		printable_text(stream, error->file);
		if (error->line)
			fprintf(stream, ":%u", error->line);
		fputs(": ", stream);
	}
	printable_color(stream, color, colors[finding->severity]);
	fputs(names[finding->severity], stream);
	printable_color(stream, color, PRINTABLE_PLAIN);
	fputs(": ", stream);
	printable_text(stream, error->words);
	printable_text(stream, users_text(finding, users));
	fprintf(stream, " [%s]\n", codes_name(error->code));
	if (finding->text && finding->width)
		print_source_line(finding, stream, color);
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

/* What to do, the part of WORDS behind the last colon or semicolon of the sentence; all of them if
 * there is none. */
static const char *remedy_of(const char *words)
{
	const char *remedy = words;

	for (const char *c = words; *c; c++)
		if ((*c == ';' || *c == ':') && c[1] == ' ' && isalpha((unsigned char)c[2]))
			remedy = c + 2;
	return remedy;
}

static json_t *finding_json(const struct finding *finding)
{
	const struct error *error = &finding->error;
	char users[USERS_TEXT_SIZE], words[sizeof(error->words) + USERS_TEXT_SIZE];

	snprintf(words, sizeof(words), "%s%s", error->words, users_text(finding, users));
	return json_pack("{s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:i}", "severity",
			 names[finding->severity], "code", codes_name(error->code), "file",
			 error->file[0] ? printable_json(error->file) : json_null(), "line",
			 number_or_null(error->line), "column",
			 number_or_null(finding->width ? finding->column : 0), "message",
			 printable_json(words), "remedy", printable_json(remedy_of(error->words)),
			 "users", (int)finding->n_users);
}

json_t *report_findings_json(const struct report *report)
{
	json_t *findings = json_array();

	for (size_t i = 0; i < report->n_findings; i++)
		json_array_append_new(findings, finding_json(&report->findings[i]));
	return findings;
}

int report_print_json(const struct report *report, FILE *stream)
{
	struct error ignored = {0};

	return printable_print_json(json_pack("{s:i, s:i, s:i, s:o}", "errors",
					      (int)report_count(report, SEVERITY_ERROR), "warnings",
					      (int)report_count(report, SEVERITY_WARNING), "notes",
					      (int)report_count(report, SEVERITY_NOTE), "findings",
					      report_findings_json(report)),
				    stream, &ignored);
}

json_t *report_messages(const struct report *report, enum severity severity)
{
	json_t *messages = json_array();

	for (size_t i = 0; i < report->n_findings; i++) {
		const struct error *error = &report->findings[i].error;
		char text[ERROR_TEXT_SIZE];

		if (report->findings[i].severity == severity)
			json_array_append_new(messages, printable_json(error_text(error, text)));
	}
	return messages;
}

void report_free(struct report *report)
{
	if (!report)
		return;
	for (size_t i = 0; i < report->n_findings; i++) {
		free(report->findings[i].text);
		free(report->findings[i].pattern);
		for (size_t j = 0; j < NAMES_MAX; j++)
			free(report->findings[i].users[j]);
	}
	free(report->findings);
	free(report);
}
