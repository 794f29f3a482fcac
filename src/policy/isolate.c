/* SPDX-License-Identifier: BSD-3-Clause */
#include "isolate.h"

#include <errno.h>
#include <string.h>

#define WORDS "none, ptrace, signal, socket, ipc, userns, pid or nnp"

static const struct word {
	const char *name;
	unsigned bit; /* 0 for none */
} words_known[] = {
	{"none", 0},
	{"ptrace", ISOLATE_PTRACE},
	{"signal", ISOLATE_SIGNAL},
	{"socket", ISOLATE_SOCKET},
	{"ipc", ISOLATE_IPC},
	{"userns", ISOLATE_USERNS},
	{"pid", ISOLATE_PID},
	{"nnp", ISOLATE_NNP},
};

static const struct word *find_isolate_word(const char *name, size_t length)
{
	for (size_t i = 0; i < sizeof(words_known) / sizeof(words_known[0]); i++)
		if (strlen(words_known[i].name) == length &&
		    !memcmp(words_known[i].name, name, length))
			return &words_known[i];
	return NULL;
}

/* Adds the word NAME of LENGTH bytes, one of WORDS, to the set ISOLATE. */
static int add_word(const char *words, const char *name, size_t length, unsigned *isolate,
		    struct error *error)
{
	const struct word *word = find_isolate_word(name, length);

	if (!length)
		return error_set(error, EINVAL,
				 "'isolate=%.100s' has an empty word: write " WORDS
				 ", several joined by +",
				 words);
	if (!word)
		return error_set(error, EINVAL,
				 "'%.*s' is no word of isolate=: write " WORDS
				 ", several joined by +",
				 length < 100 ? (int)length : 100, name);
	if (!word->bit && strcmp(words, word->name) != 0)
		return error_set(error, EINVAL,
				 "'%.100s' joins none to a word: write none alone, or "
				 "leave it out",
				 words);
	if (*isolate & word->bit)
		return error_set(error, EINVAL, "'%.100s' has %s twice: write it once", words,
				 word->name);
	*isolate |= word->bit;
	return 0;
}

int isolate_parse(const char *words, unsigned *isolate, struct error *error)
{
	const char *name = words;
	unsigned read = 0;

	for (;;) {
		size_t length = strcspn(name, "+");
		int result = add_word(words, name, length, &read, error);

		if (result < 0)
			return result;
		if (!name[length])
			break;
		name += length + 1;
	}
	/* A word adds to the default; only `none` takes it away. */
	*isolate = read ? read | ISOLATE_PTRACE : 0;
	return 0;
}

const char *isolate_text(unsigned isolate, char text[ISOLATE_TEXT_SIZE])
{
	text[0] = '\0';
	for (size_t i = 0; i < sizeof(words_known) / sizeof(words_known[0]); i++) {
		const struct word *word = &words_known[i];

		if (word->bit ? !(isolate & word->bit) : isolate != 0)
			continue;
		if (text[0])
			strcat(text, "+");
		strcat(text, word->name);
	}
	return text;
}
