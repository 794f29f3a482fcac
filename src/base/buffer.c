/* SPDX-License-Identifier: BSD-3-Clause */
#include "buffer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define SIZE_FIRST 1024

static bool make_room(struct buffer *text, size_t more)
{
	size_t size = text->size ? text->size : SIZE_FIRST;
	char *grown;

	if (text->failed)
		return false;
	while (size - text->length <= more)
		size *= 2;
	if (size == text->size)
		return true;
	grown = realloc(text->bytes, size);
	text->failed = !grown;
	if (!grown)
		return false;
	text->bytes = grown;
	text->size = size;
	return true;
}

void buffer_add_bytes(struct buffer *text, const char *bytes, size_t length)
{
	if (!make_room(text, length))
		return;
	memcpy(text->bytes + text->length, bytes, length);
	text->length += length;
	text->bytes[text->length] = '\0';
}

void buffer_add(struct buffer *text, const char *word)
{
	buffer_add_bytes(text, word, strlen(word));
}

int buffer_read(struct buffer *text, FILE *stream, size_t limit)
{
	char block[4096];
	size_t got;

	errno = 0;
	while ((got = fread(block, 1, sizeof(block), stream)) > 0) {
		if (got > limit)
			return -EFBIG;
		limit -= got;
		buffer_add_bytes(text, block, got);
	}
	if (ferror(stream))
		return errno ? -errno : -EIO;
	return text->failed ? -ENOMEM : 0;
}

static bool is_plain(unsigned char byte)
{
	return byte > ' ' && byte != 0x7f && byte != '\\' && byte != '#';
}

void buffer_add_field(struct buffer *text, const char *word)
{
	while (*word) {
		unsigned char byte = (unsigned char)*word;
		const char *end = word;

		while (is_plain((unsigned char)*end))
			end++;
		buffer_add_bytes(text, word, (size_t)(end - word));
		word = end;
		byte = (unsigned char)*word;
		if (!byte)
			break;
		buffer_add_bytes(text,
				 (char[]){'\\', (char)('0' + (byte >> 6)),
					  (char)('0' + (byte >> 3 & 7)), (char)('0' + (byte & 7))},
				 4);
		word++;
	}
}

char *buffer_take(struct buffer *text)
{
	char *taken = NULL;

	buffer_add_bytes(text, "", 0);
	if (!text->failed) {
		taken = text->bytes;
		text->bytes = NULL;
	}
	buffer_clear(text);
	return taken;
}

void buffer_clear(struct buffer *text)
{
	free(text->bytes);
	*text = (struct buffer){0};
}

static bool is_octal(const char *digits)
{
	return digits[0] >= '0' && digits[0] <= '3' && digits[1] >= '0' && digits[1] <= '7' &&
	       digits[2] >= '0' && digits[2] <= '7';
}

void buffer_unescape(char *field)
{
	char *to = field;

	for (const char *from = field; *from; to++) {
		if (*from == '\\' && is_octal(from + 1)) {
			*to = (char)((from[1] - '0') << 6 | (from[2] - '0') << 3 | (from[3] - '0'));
			from += 4;
		} else {
			*to = *from++;
		}
	}
	*to = '\0';
}
