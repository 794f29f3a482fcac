/* SPDX-License-Identifier: BSD-3-Clause */
#include "screen.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "cleanup.h"

/* C0, DEL, and C1 as UTF-8 has them (0xc2 0x80 to 0x9f): some terminals obey these too. */
static bool is_control(const unsigned char *text)
{
	return *text < ' ' || *text == 0x7f ||
	       (*text == 0xc2 && text[1] >= 0x80 && text[1] <= 0x9f);
}

static void print(FILE *stream, const char *text, bool ascii)
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

void screen_text(FILE *stream, const char *text)
{
	print(stream, text, false);
}

void screen_color(FILE *stream, bool color, enum screen_color which)
{
	if (color)
		fprintf(stream, "\033[%dm", which);
}

bool screen_has_color(FILE *stream)
{
	const char *no_color = getenv("NO_COLOR");

	return (!no_color || !*no_color) && isatty(fileno(stream));
}

json_t *screen_json(const char *text)
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
	print(stream, text, true);
	fclose(stream);
	return json_string(escaped ? escaped : "");
}

int screen_print_json(json_t *json, FILE *stream, struct error *error)
{
	int result = json ? json_dumpf(json, stream, JSON_INDENT(2)) : -1;

	fputc('\n', stream);
	json_decref(json);
	return result < 0 ? error_say(error, EIO, "cannot write JSON") : 0;
}
