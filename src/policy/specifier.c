/* SPDX-License-Identifier: BSD-3-Clause */
#include "specifier.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "names.h"

/* The expanded text so far. Not open_memstream(3), which clears 8 KiB for each text. */
struct expansion {
	char *bytes; /* NULL while nothing was added */
	size_t length;
};

static void cleanup_expansion(struct expansion *out)
{
	free(out->bytes);
}

static int append_text(struct expansion *out, const char *bytes, size_t length, struct error *error)
{
	char *larger = realloc(out->bytes, out->length + length + 1);

	if (!larger)
		return error_no_memory(error);
	memcpy(larger + out->length, bytes, length);
	out->bytes = larger;
	out->length += length;
	larger[out->length] = '\0';
	return 0;
}

static int append_number(struct expansion *out, unsigned number, struct error *error)
{
	char digits[16];
	int length = snprintf(digits, sizeof(digits), "%u", number);

	return append_text(out, digits, (size_t)length, error);
}

/* A name becomes one component of a path, and must not be more than that. */
static int expand_name(char specifier, const char *name, struct expansion *out, struct error *error)
{
	if (!name_is_component(name))
		return error_set(error, EINVAL,
				 "%%%c is '%s' here: it must not be empty, '.', '..' or hold '/'",
				 specifier, name);
	return append_text(out, name, strlen(name), error);
}

static int expand_group(const struct subject *subject, struct expansion *out, struct error *error)
{
	cleanup(cleanup_free) char *name = NULL;
	int r = subject_group_name(subject, &name, error);

	return r < 0 ? r : expand_name('g', name, out, error);
}

static int expand_home(const struct subject *subject, struct expansion *out, struct error *error)
{
	if (subject->home[0] != '/' || name_has_dots(subject->home))
		return error_set(error, EINVAL,
				 "%%h is '%s' here: it must be an absolute path without '.' and "
				 "'..'; correct the user's home directory",
				 subject->home);
	return append_text(out, subject->home, strlen(subject->home), error);
}

static int expand_one(char specifier, const struct subject *subject, struct expansion *out,
		      struct error *error)
{
	switch (specifier) {
	case 'u':
		return expand_name('u', subject->user, out, error);
	case 'U':
		return append_number(out, subject->uid, error);
	case 'g':
		return expand_group(subject, out, error);
	case 'G':
		return append_number(out, subject->gid, error);
	case 'h':
		return expand_home(subject, out, error);
	case 's':
		return expand_name('s', subject->service, out, error);
	case '%':
		return append_text(out, "%", 1, error);
	default:
		return error_set(error, EINVAL,
				 "unknown specifier '%%%.1s': known are %%u %%U %%g %%G %%h %%s, "
				 "and %%%% for a percent sign; write one of these",
				 &specifier);
	}
}

static int expand_to(const char *text, const struct subject *subject, struct expansion *out,
		     struct error *error)
{
	for (;;) {
		size_t length = strcspn(text, "%");
		int r = append_text(out, text, length, error);

		text += length;
		if (r == 0 && *text)
			r = expand_one(text[1], subject, out, error);
		if (r < 0 || !*text)
			return r;
		text += 2;
	}
}

bool specifier_is_in(const char *text, char specifier)
{
	for (text = strchr(text, '%'); text && text[1]; text = strchr(text + 2, '%'))
		if (text[1] == specifier)
			return true;
	return false;
}

int specifier_expand(const char *text, const struct subject *subject, char **expanded,
		     struct error *error)
{
	cleanup(cleanup_expansion) struct expansion out = {0};
	int r = expand_to(text, subject, &out, error);

	if (r < 0)
		return error_mark(error, CODE_SPECIFIER, r);
	*expanded = steal_pointer(&out.bytes);
	return 0;
}
