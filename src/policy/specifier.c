/* SPDX-License-Identifier: BSD-3-Clause */
#include "specifier.h"

#include <errno.h>
#include <limits.h>
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

#define VALUE_CHARACTERS                                                                           \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"                           \
	"._-+@"
#define NAME_CHARACTERS                                                                            \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"                           \
	"_"

/* The name in TEXT, which begins behind "%{"; 0 where it is none. */
static size_t variable_length(const char *text)
{
	size_t length = strspn(text, NAME_CHARACTERS);

	return text[length] == '}' && !(*text >= '0' && *text <= '9') ? length : 0;
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

/* The value may also stand where a colon, a comma or a backslash separates, as in lowerdir=. */
static bool is_value(const char *value)
{
	return name_is_component(value) && strlen(value) <= NAME_MAX &&
	       !value[strspn(value, VALUE_CHARACTERS)];
}

/* TEXT begins behind "%{". */
static int expand_variable(const char *text, const struct subject *subject, struct expansion *out,
			   struct error *error)
{
	const int length = (int)variable_length(text);
	const char *value;

	if (!length)
		return error_set(error, EINVAL,
				 "'%%{%.*s' names no variable: write a name of letters, digits and "
				 "_ in braces, as in %%{SLURM_JOB_ID}",
				 (int)strcspn(text, "}/"), text);
	if (!subject->environment)
		return append_text(out, text, (size_t)length, error);
	value = subject_variable(subject, text, (size_t)length);
	if (!value)
		return error_set(error, EINVAL,
				 "%%{%.*s} has no value, because no module above has set this "
				 "variable of the PAM environment: correct its name, or the order "
				 "in the stack (nstree run: --env %.*s=VALUE)",
				 length, text, length, text);
	if (!is_value(value))
		return error_set(error, EINVAL,
				 "%%{%.*s} is '%.255s' here: it must be letters, digits, and . _ - "
				 "+ @ alone, not '.' or '..', and no longer than a file's name",
				 length, text, value);
	return append_text(out, value, strlen(value), error);
}

static int expand_id(const struct subject *subject, struct expansion *out, struct error *error)
{
	const char *id = subject->id[0] ? subject->id : "SESSION_ID";

	return append_text(out, id, strlen(id), error);
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
	case 'i':
		return expand_id(subject, out, error);
	case '%':
		return append_text(out, "%", 1, error);
	default:
		return error_set(
			error, EINVAL,
			"unknown specifier '%%%.1s': known are %%u %%U %%g %%G %%h %%s "
			"%%i %%{VARIABLE}, and %%%% for a percent sign; write one of these",
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
		if (r == 0 && *text && text[1] == '{')
			r = expand_variable(text + 2, subject, out, error);
		else if (r == 0 && *text)
			r = expand_one(text[1], subject, out, error);
		if (r < 0 || !*text)
			return r;
		text += text[1] == '{' ? 2 + variable_length(text + 2) + 1 : 2;
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

int specifier_expand_tree_name(const char *text, const struct subject *subject, char **expanded,
			       struct error *error)
{
	if (specifier_is_in(text, 'i') || specifier_is_in(text, '{'))
		return error_mark(error, CODE_SPECIFIER,
				  error_set(error, EINVAL,
					    "%%i and %%{VARIABLE} do not go with a tree's name: a "
					    "rule says who gets the tree; write them in its rows"));
	return specifier_expand(text, subject, expanded, error);
}

const char *specifier_next_variable(const char *text, size_t *length)
{
	for (text = strchr(text, '%'); text && text[1]; text = strchr(text + 2, '%')) {
		*length = text[1] == '{' ? variable_length(text + 2) : 0;
		if (*length)
			return text + 2;
	}
	return NULL;
}
