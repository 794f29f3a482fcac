/* SPDX-License-Identifier: BSD-3-Clause */
#include "printable.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cleanup.h"

/* C0, DEL, and C1 as UTF-8 has them (0xc2 0x80 to 0x9f): some terminals interpret these too. */
static bool is_control(const unsigned char *text)
{
	return *text < ' ' || *text == 0x7f ||
	       (*text == 0xc2 && text[1] >= 0x80 && text[1] <= 0x9f);
}

static void print_escaped(FILE *stream, const char *text, bool ascii)
{
	for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
		bool control = *c != '\t' && is_control(c);

		if (control || (ascii && *c >= 0x80))
			fprintf(stream, "\\%03o", *c);
		else
			fputc(*c, stream);
		/* C1 is two bytes. */
		if (control && *c == 0xc2)
			fprintf(stream, "\\%03o", *++c);
	}
}

void printable_text(FILE *stream, const char *text)
{
	print_escaped(stream, text, false);
}

void printable_padded(FILE *stream, const char *text, int width)
{
	int length = (int)strlen(text);

	printable_text(stream, text);
	fprintf(stream, "%*s", length < width ? width - length : 0, "");
}

void printable_color(FILE *stream, bool color, enum printable_color which)
{
	if (color)
		fprintf(stream, "\033[%dm", which);
}

bool printable_has_color(FILE *stream)
{
	const char *no_color = getenv("NO_COLOR");

	const char *term = getenv("TERM");

	return (!no_color || !*no_color) && term && *term && strcmp(term, "dumb") != 0 &&
	       isatty(fileno(stream));
}

unsigned printable_width(FILE *stream)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size;
	int number = columns ? atoi(columns) : 0;

	if (number > 0)
		return (unsigned)number;
	return ioctl(fileno(stream), TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

void printable_wrapped(FILE *stream, const char *text, unsigned column, unsigned indent,
		       unsigned width)
{
	bool begins = true; /* a line */

	while (*(text += strspn(text, " "))) {
		unsigned length = (unsigned)strcspn(text, " ");

		if (!begins && column + 1 + length > width) {
			fprintf(stream, "\n%*s", (int)indent, "");
			column = indent;
		} else if (!begins) {
			fputc(' ', stream);
			column++;
		}
		fprintf(stream, "%.*s", (int)length, text);
		begins = false;
		column += length;
		text += length;
	}
	fputc('\n', stream);
}

json_t *printable_json(const char *text)
{
	cleanup(cleanup_free) char *escaped = NULL;
	json_t *string = json_string(text);
	size_t size = 0;
	FILE *stream;

	if (string)
		return string;
	stream = open_memstream(&escaped, &size);
	if (!stream)
		return NULL;
	print_escaped(stream, text, true);
	fclose(stream);
	return json_string(escaped ? escaped : "");
}

/* The format's number comes first. */
static json_t *add_format(json_t *json)
{
	json_t *whole = json_pack("{s:i}", "format", PRINTABLE_JSON_FORMAT);

	if (!json || json_object_update(whole, json) < 0) {
		json_decref(whole);
		whole = NULL;
	}
	json_decref(json);
	return whole;
}

int printable_print_json(json_t *json, FILE *stream, struct error *error)
{
	json_t *whole = add_format(json);
	int result = whole ? json_dumpf(whole, stream, JSON_INDENT(2)) : -1;

	fputc('\n', stream);
	json_decref(whole);
	return result < 0 ? error_set(error, EIO, "cannot write JSON") : 0;
}
