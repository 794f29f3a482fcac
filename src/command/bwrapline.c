/* SPDX-License-Identifier: BSD-3-Clause */
#include "bwrapline.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "buffer.h"
#include "cleanup.h"
#include "names.h"

#define PROGRAM "bwrap"
#define OTHER_MAX 60 /* bytes of a line that is shown */

struct reader {
	const char *text; /* what is left */
	unsigned line;
	bool unclear;
};

/* What a specifier stands for; a name must end where it does here. */
static const struct {
	const char *expansion, *specifier;
} specifiers[] = {
	{"$HOME", "%h"},
	{"${HOME}", "%h"},
	{"$USER", "%u"},
	{"${USER}", "%u"},
	{"$LOGNAME", "%u"},
	{"${LOGNAME}", "%u"},
	{"$(id -un)", "%u"},
	{"`id -un`", "%u"},
	{"$(whoami)", "%u"},
	{"`whoami`", "%u"},
	{"$UID", "%U"},
	{"${UID}", "%U"},
	{"$(id -u)", "%U"},
	{"`id -u`", "%U"},
	{"$(id -g)", "%G"},
	{"`id -g`", "%G"},
	{"$(id -gn)", "%g"},
	{"`id -gn`", "%g"},
	{"$XDG_RUNTIME_DIR", "/run/user/%U"},
	{"${XDG_RUNTIME_DIR}", "/run/user/%U"},
};

static bool is_name(char byte)
{
	return isalnum((unsigned char)byte) || byte == '_';
}

/* How long the expansion at TEXT is; 1 for a `$` that stands for itself. */
static size_t expansion_length(const char *text)
{
	size_t length = 1;
	unsigned depth = 0;

	if (*text == '`') {
		length += strcspn(text + 1, "`");
	} else if (text[1] == '(') {
		for (; text[length]; length++) {
			depth += text[length] == '(';
			depth -= text[length] == ')';
			if (!depth)
				break;
		}
	} else if (text[1] == '{') {
		length = strcspn(text, "}");
	} else if (is_name(text[1])) {
		while (is_name(text[length]))
			length++;
		return length;
	} else {
		return text[1] && strchr("@*#?!-$", text[1]) ? 2 : 1;
	}
	return length + (text[length] != '\0');
}

static void read_expansion(struct reader *reader, struct buffer *word)
{
	size_t length = expansion_length(reader->text);

	for (size_t i = 0; i < sizeof(specifiers) / sizeof(*specifiers); i++)
		if (strlen(specifiers[i].expansion) == length &&
		    strncmp(reader->text, specifiers[i].expansion, length) == 0) {
			buffer_add(word, specifiers[i].specifier);
			reader->text += length;
			return;
		}
	reader->unclear = reader->unclear || length > 1;
	for (size_t i = 0; i < length; i++)
		reader->line += reader->text[i] == '\n';
	buffer_add_bytes(word, reader->text, length);
	reader->text += length;
}

/* One byte that stands for itself. */
static void read_literal(struct reader *reader, struct buffer *word)
{
	buffer_add(word, *reader->text == '%' ? "%" : "");
	buffer_add_bytes(word, reader->text, 1);
	reader->line += *reader->text++ == '\n';
}

static void read_shell_escape(struct reader *reader, struct buffer *word, bool quoted)
{
	if (reader->text[1] == '\n') {
		reader->line++;
		reader->text += 2;
		return;
	}
	if (reader->text[1] && (!quoted || strchr("$`\"\\", reader->text[1])))
		reader->text++;
	read_literal(reader, word);
}

static void read_quoted(struct reader *reader, struct buffer *word)
{
	char quote = *reader->text++;

	while (*reader->text && *reader->text != quote) {
		if (quote == '\'')
			read_literal(reader, word);
		else if (*reader->text == '\\')
			read_shell_escape(reader, word, true);
		else if (strchr("$`", *reader->text))
			read_expansion(reader, word);
		else
			read_literal(reader, word);
	}
	if (*reader->text)
		reader->text++;
	else
		reader->unclear = true;
}

/* The word at READER; the text is allocated, or NULL where memory ran out. */
static char *read_word(struct reader *reader)
{
	struct buffer word = {0};

	reader->unclear = false;
	buffer_add(&word, "");
	if (*reader->text == '~' && strchr("/ \t\n", reader->text[1])) {
		buffer_add(&word, "%h");
		reader->text++;
	}
	while (*reader->text && !strchr(" \t\r\n;&|()<>", *reader->text)) {
		reader->unclear = reader->unclear || strchr("*?[", *reader->text);
		if (*reader->text == '\\')
			read_shell_escape(reader, &word, false);
		else if (strchr("'\"", *reader->text))
			read_quoted(reader, &word);
		else if (strchr("$`", *reader->text))
			read_expansion(reader, &word);
		else
			read_literal(reader, &word);
	}
	return buffer_take(&word);
}

static void skip_shell_blanks(struct reader *reader)
{
	for (;;) {
		reader->text += strspn(reader->text, " \t\r");
		if (reader->text[0] == '\\' && reader->text[1] == '\n') {
			reader->text += 2;
			reader->line++;
		} else if (*reader->text == '#') {
			reader->text += strcspn(reader->text, "\n");
		} else {
			return;
		}
	}
}

/* Adds TEXT, which is allocated, and NULL where memory ran out. */
static int keep_word(struct bwrap_words *words, char *text, unsigned line, bool unclear)
{
	struct bwrap_word *grown =
		text ? array_grow(words->items, words->n_items, sizeof(*grown)) : NULL;

	if (!grown) {
		free(text);
		return -ENOMEM;
	}
	words->items = grown;
	grown[words->n_items++] = (struct bwrap_word){text, line, unclear};
	return 0;
}

static void clear_words(struct bwrap_words *words)
{
	for (size_t i = 0; i < words->n_items; i++)
		free(words->items[i].text);
	free(words->items);
	*words = (struct bwrap_words){0};
}

/* Keeps what stands at TEXT in LINE, for a message. */
static int keep_other(struct bwrapline *found, const char *text, unsigned line)
{
	size_t length = strcspn(text, "\n");

	while (length && strchr(" \t\r\\", text[length - 1]))
		length--;
	return keep_word(&found->others, strndup(text, length < OTHER_MAX ? length : OTHER_MAX),
			 line, false);
}

/* Passes over a redirection, which is kept among FOUND's others. */
static int skip_redirection(struct reader *reader, struct bwrapline *found)
{
	int result = keep_other(found, reader->text, reader->line);

	while (*reader->text && strchr("<>&|", *reader->text)) {
		reader->text++;
		skip_shell_blanks(reader);
	}
	if (*reader->text == '(') {
		for (unsigned depth = 0; *reader->text; reader->text++) {
			depth += *reader->text == '(';
			depth -= *reader->text == ')';
			reader->line += *reader->text == '\n';
			if (!depth)
				break;
		}
		reader->text += *reader->text != '\0';
	} else {
		free(read_word(reader));
	}
	return result;
}

/* Whether the last of WORDS is the descriptor of a redirection, which follows it at once. */
static bool ends_with_descriptor(const struct bwrap_words *words, const struct reader *reader)
{
	const char *last = words->n_items ? words->items[words->n_items - 1].text : "x";

	return *reader->text && strchr("<>", *reader->text) && *last &&
	       !last[strspn(last, "0123456789")];
}

/* The words of one command, up to what ends it. */
static int read_command(struct reader *reader, struct bwrap_words *words, struct bwrapline *found)
{
	int result = 0;

	for (skip_shell_blanks(reader); result == 0 && *reader->text; skip_shell_blanks(reader)) {
		unsigned line = reader->line;
		char *text;

		if (strchr("\n;&|()", *reader->text))
			return 0;
		if (strchr("<>", *reader->text)) {
			result = skip_redirection(reader, found);
			continue;
		}
		text = read_word(reader);
		result = keep_word(words, text, line, reader->unclear);
		if (result == 0 && ends_with_descriptor(words, reader))
			free(words->items[--words->n_items].text);
	}
	return result;
}

static bool is_assignment(const char *word)
{
	size_t length = 0;

	while (is_name(word[length]))
		length++;
	return length && word[length] == '=';
}

/* The place of the program among WORDS; n_items where there is none. */
static size_t find_program(const struct bwrap_words *words)
{
	size_t i = 0;

	while (i < words->n_items &&
	       (is_assignment(words->items[i].text) || strcmp(words->items[i].text, "exec") == 0))
		i++;
	return i;
}

static bool runs_bwrap(const struct bwrap_words *words)
{
	size_t program = find_program(words);

	return program < words->n_items &&
	       strcmp(name_last(words->items[program].text), PROGRAM) == 0 &&
	       (program + 1 == words->n_items || words->items[program + 1].unclear ||
		strncmp(words->items[program + 1].text, "-", 1) == 0);
}

/* Reads the command at READER, and keeps it where it is the first of bwrap. */
static int read_one(struct reader *reader, struct bwrapline *found)
{
	struct bwrap_words words = {0};
	const char *begin;
	unsigned line;
	int result;

	skip_shell_blanks(reader);
	begin = reader->text;
	line = reader->line;
	result = read_command(reader, &words, found);
	if (result == 0 && runs_bwrap(&words) && !found->words.items) {
		found->words = words;
		return 0;
	}
	if (result == 0 && words.n_items > 0 && strcmp(words.items[0].text, "set") != 0)
		result = keep_other(found, begin, line);
	clear_words(&words);
	return result;
}

/* Takes the words up to and with the program off. */
static void drop_program(struct bwrap_words *words)
{
	size_t n = find_program(words) + 1;

	for (size_t i = 0; i < n; i++)
		free(words->items[i].text);
	memmove(words->items, words->items + n, (words->n_items - n) * sizeof(*words->items));
	words->n_items -= n;
}

int bwrapline_read(const char *text, size_t length, struct bwrapline *line)
{
	cleanup(cleanup_free) char *copy = strndup(text, length);
	struct reader reader = {copy, 1, false};
	int result = 0;

	*line = (struct bwrapline){0};
	if (!copy)
		return -ENOMEM;
	while (result == 0 && *reader.text) {
		result = read_one(&reader, line);
		if (*reader.text && strchr("\n;&|()", *reader.text))
			reader.line += *reader.text++ == '\n';
	}
	if (result < 0)
		return result;
	if (!line->words.items)
		return 0;
	drop_program(&line->words);
	return 1;
}

int bwrapline_take(char *const *arguments, struct bwrapline *line)
{
	int result = 0;

	*line = (struct bwrapline){0};
	if (strcmp(name_last(arguments[0]), PROGRAM) != 0)
		return 0;
	while (result == 0 && *++arguments) {
		struct buffer word = {0};
		struct reader reader = {*arguments, 0, false};

		buffer_add(&word, "");
		while (*reader.text)
			read_literal(&reader, &word);
		result = keep_word(&line->words, buffer_take(&word), 0, false);
	}
	return result < 0 ? result : 1;
}

void bwrapline_clear(struct bwrapline *line)
{
	clear_words(&line->words);
	clear_words(&line->others);
}
