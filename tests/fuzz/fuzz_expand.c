/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Specifiers: the input is five lines, a text, then the user's name, home, service and group. What
 * a text becomes is worked out here a second time, and no name adds a component to a path.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "lib.h"
#include "specifier.h"
#include "subject.h"

#define GROUP_SIZE 4096

enum line { TEXT, USER, HOME, SERVICE, GROUP, LINES };

static const char *const defaults[LINES] = {"", "alice", "/home/alice", "sshd", "staff"};

/* Whether NAME can stand in a path without leading elsewhere. */
static bool is_name(const char *name)
{
	return strcmp(name, "") && strcmp(name, ".") && strcmp(name, "..") && !strchr(name, '/');
}

/* How many components of PATH are "." or "..". */
static size_t count_dots(const char *path)
{
	char *copy cleanup(cleanup_free) = strdup(path);
	char *component, *rest = copy;
	size_t count = 0;

	while ((component = strsep(&rest, "/")))
		count += !strcmp(component, ".") || !strcmp(component, "..");
	return count;
}

static size_t count_slashes(const char *text)
{
	size_t count = 0;

	for (; *text; text++)
		count += *text == '/';
	return count;
}

/* What SPECIFIER stands for, or NULL where the text is to be refused. */
static const char *meaning(char specifier, const struct subject *subject, const char *group)
{
	static char number[16];
	const char *name = specifier == 'u'   ? subject->user
			   : specifier == 'g' ? group
			   : specifier == 's' ? subject->service
					      : NULL;

	if (name)
		return is_name(name) ? name : NULL;
	if (specifier == 'h')
		return subject->home[0] == '/' && !count_dots(subject->home) ? subject->home : NULL;
	if (specifier == '%')
		return "%";
	if (specifier == 'i')
		return subject->id;
	if (specifier != 'U' && specifier != 'G')
		return NULL;
	snprintf(number, sizeof(number), "%u", specifier == 'U' ? subject->uid : subject->gid);
	return number;
}

static const struct {
	const char *name, *value;
} variables[] = {{"%{JOB}", "12_3.host"}, {"%{DOTS}", ".."}, {"%{SLASH}", "a/b"},
		 {"%{COLON}", "a:b"},	  {"%{EMPTY}", ""},  {"%{_x9}", "-"}};

static char *environment[] = {(char[]){"JOB=12_3.host"},
			      (char[]){"DOTS=.."},
			      (char[]){"SLASH=a/b"},
			      (char[]){"COLON=a:b"},
			      (char[]){"EMPTY="},
			      (char[]){"_x9=-"},
			      NULL};

/* The variable that TEXT begins with, in *LENGTH bytes, or NULL where the text is to be refused. */
static const char *variable_meaning(const char *text, size_t *length)
{
	for (size_t i = 0; i < sizeof(variables) / sizeof(*variables); i++) {
		*length = strlen(variables[i].name);
		if (!strncmp(text, variables[i].name, *length))
			return is_name(variables[i].value) && !strchr(variables[i].value, ':')
				       ? variables[i].value
				       : NULL;
	}
	return NULL;
}

/* The text that TEXT becomes, for free(3); NULL where it is to be refused. */
static char *expected(const char *text, const struct subject *subject, const char *group)
{
	char *made = NULL;
	FILE *out = open_memstream(&made, &(size_t){0});
	bool right = true;

	claim(out);
	while (right && *text) {
		size_t literal = strcspn(text, "%");
		const char *value = "";

		fwrite(text, 1, literal, out);
		text += literal;
		if (*text) {
			size_t length = 2;

			value = text[1] == '{' ? variable_meaning(text, &length)
					       : meaning(text[1], subject, group);
			text += value ? length : 0;
		}
		right = value && fputs(value, out) >= 0;
	}
	claim(fclose(out) == 0);
	if (right)
		return made;
	free(made);
	return NULL;
}

static size_t count_homes(const char *text)
{
	size_t count = 0;

	for (; *text; text++)
		if (*text == '%')
			count += *++text == 'h';
	return count;
}

/* With the plainest names in place of the subject's, the path has as many components and dots. */
static void claim_no_way_out(const char *text, const char *expanded, const struct subject *subject)
{
	struct subject plain = {.user = (char[]){"x"},
				.service = (char[]){"x"},
				.home = subject->home,
				.uid = 1,
				.gid = 1,
				.id = "x"};
	char *harmless cleanup(cleanup_free) = expected(text, &plain, "x");

	claim(harmless);
	claim(count_dots(expanded) <= count_dots(harmless));
	claim(count_slashes(expanded) ==
	      count_slashes(text) + count_homes(text) * count_slashes(subject->home));
}

static void claim_expansion(const char *text, const struct subject *subject, const char *group)
{
	char *should cleanup(cleanup_free) = expected(text, subject, group);
	char *expanded cleanup(cleanup_free) = NULL;
	struct error error = {0};
	int result = specifier_expand(text, subject, &expanded, &error);

	claim(!result == !!expanded && !result == !!should);
	if (result < 0) {
		claim(result == -EINVAL && error.number == EINVAL);
		claim(strchr(error.words, '%'));
		/* The file and the line are the caller's to say. */
		claim(!error.file[0] && !error.line);
		return;
	}
	claim(!error.number);
	claim(!strcmp(expanded, should));
	claim_no_way_out(text, expanded, subject);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text cleanup(cleanup_free) = strndup((const char *)data, size);
	char *lines[LINES], *rest = text;
	struct subject subject = {.uid = 4294967294,
				  .gid = FUZZ_GID_NAMED,
				  .id = "0123456789abcdef",
				  .environment = environment};

	for (size_t i = 0; i < LINES; i++) {
		char *line = strsep(&rest, "\n");

		lines[i] = line ? line : (char *)(uintptr_t)defaults[i];
	}
	subject.user = lines[USER];
	subject.home = lines[HOME];
	subject.service = lines[SERVICE];
	/* (A longer name is refused where the group is looked up.) */
	if (strlen(lines[GROUP]) >= GROUP_SIZE)
		lines[GROUP][GROUP_SIZE - 1] = '\0';
	fuzz_name_group(lines[GROUP]);
	claim_expansion(lines[TEXT], &subject, lines[GROUP]);
	return 0;
}
