/* SPDX-License-Identifier: BSD-3-Clause */
#include "lines.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define UTF8_MARK "\xef\xbb\xbf"

static int refuse_mark(const char *name, struct error *error)
{
	return error_set(error, EINVAL,
			 "the file begins with a %s byte order mark: save it as plain UTF-8 or "
			 "ASCII text without one",
			 name);
}

/* The byte order marks that editors of other systems write at the start of a file. */
static int check_mark(const char *line, size_t length, struct error *error)
{
	if (length >= 3 && memcmp(line, UTF8_MARK, 3) == 0)
		return refuse_mark("UTF-8", error);
	if (length >= 2 && (memcmp(line, "\xff\xfe", 2) == 0 || memcmp(line, "\xfe\xff", 2) == 0))
		return refuse_mark("UTF-16", error);
	return 0;
}

/* How many of the lines that are left end in a carriage return. */
static unsigned count_returns(const struct lines *lines)
{
	unsigned n = 0;

	for (const char *c = lines->next; c < lines->end; c++)
		n += *c == '\r' && (c + 1 == lines->end || c[1] == '\n');
	return n;
}

static int refuse_returns(const struct lines *lines, struct error *error)
{
	char others[32] = "";
	unsigned n = count_returns(lines);

	if (n)
		snprintf(others, sizeof(others), ", and of %u more", n);
	return error_set(error, EINVAL,
			 "control character 0x0d (carriage return) at the end of the line%s: the "
			 "file has DOS line ends; write newlines alone, as sed -i 's/\\r$//' does",
			 others);
}

#define EACH_BYTE(byte) (UINT64_MAX / 0xff * (byte))

/*
 * How many of the bytes at LINE, in words of eight, are no control characters. The lowest byte of a
 * word that is less than a blank, or is 0x7f, gets its highest bit by the subtraction; so may the
 * bytes after it, which does not matter.
 */
static size_t count_plain(const char *line, size_t length)
{
	size_t i = 0;

	for (uint64_t word, controls, deletes; i + sizeof(word) <= length; i += sizeof(word)) {
		memcpy(&word, line + i, sizeof(word));
		deletes = word ^ EACH_BYTE(0x7f);
		controls =
			((word - EACH_BYTE(' ')) & ~word) | ((deletes - EACH_BYTE(1)) & ~deletes);
		if (controls & EACH_BYTE(0x80))
			break;
	}
	return i;
}

/* A NUL or a lone carriage return, in a comment too, hides from a reader what is parsed here. */
static int check_bytes(const char *line, size_t length, struct error *error)
{
	for (size_t i = count_plain(line, length); i < length; i++) {
		unsigned char byte = (unsigned char)line[i];

		if ((byte < ' ' && byte != '\t') || byte == 0x7f)
			return error_set(error, EINVAL,
					 "control character 0x%02x: write plain text, with tabs "
					 "and newlines alone",
					 byte);
	}
	return 0;
}

static int copy_line(struct lines *lines, const char *line, size_t length, struct error *error)
{
	lines->line.length = 0;
	buffer_add_bytes(&lines->line, line, length);
	return lines->line.failed ? error_no_memory(error) : 0;
}

int lines_next(struct lines *lines, char **line, struct error *error)
{
	const char *start = lines->next, *newline;
	bool again = lines->again;
	size_t length;
	int result = 0;

	*line = NULL;
	if (start == lines->end)
		return 0;
	newline = memchr(start, '\n', (size_t)(lines->end - start));
	length = (size_t)((newline ? newline : lines->end) - start);
	lines->next = newline ? newline + 1 : lines->end;
	lines->number += !again;
	lines->again = false;
	if (lines->number == 1 && !again)
		result = check_mark(start, length, error);
	if (result == 0 && length && start[length - 1] == '\r' && !lines->returns) {
		result = refuse_returns(lines, error);
		lines->returns = lines->again = true;
		lines->next = start;
	} else if (length && start[length - 1] == '\r') {
		length--;
	}
	if (result == 0)
		result = check_bytes(start, length, error);
	if (result == 0)
		result = copy_line(lines, start, length, error);
	if (result < 0)
		return error_mark(error, CODE_TEXT_ENCODING, result);
	*line = lines->line.bytes;
	return 1;
}

size_t lines_false_blank_at(const char *text, const char **name)
{
	static const struct {
		const char *bytes, *name;
	} blanks[] = {
		{"\xc2\xa0", "a no-break space (U+00A0)"},
		{"\xe2\x80\xaf", "a narrow no-break space (U+202F)"},
		{"\xe2\x80\x8b", "a zero width space (U+200B)"},
		{"\xe3\x80\x80", "an ideographic space (U+3000)"},
		{UTF8_MARK, "a zero width no-break space (U+FEFF)"},
	};

	for (size_t i = 0; (unsigned char)*text >= 0x80 && i < sizeof(blanks) / sizeof(*blanks);
	     i++) {
		size_t length = strlen(blanks[i].bytes);

		if (strncmp(text, blanks[i].bytes, length) == 0) {
			*name = blanks[i].name;
			return length;
		}
	}
	return 0;
}

const char *lines_false_blank(const char *text)
{
	const char *name;

	for (; *text; text++)
		if (lines_false_blank_at(text, &name))
			return name;
	return NULL;
}

void lines_clear(struct lines *lines)
{
	buffer_clear(&lines->line);
}
