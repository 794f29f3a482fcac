/* SPDX-License-Identifier: BSD-3-Clause */
#include "policy.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "buffer.h"
#include "cleanup.h"
#include "configfile.h"
#include "lines.h"
#include "policy_include.h"
#include "textfile.h"

#define BLANKS " \t"
#define INCLUDE "include"
#define INCLUDE_DEPTH_MAX 10
#define INCLUDE_FILES_MAX 1000

/* A policy while it is read. */
struct policy_reader {
	struct policy *policy;
	const struct rootdir *root;
	const struct faults *faults;
};

/* A file while it is read, and the line of another that includes it; NULL for the main file. */
struct policy_source {
	const char *file;
	const struct policy_source *by;
	unsigned by_line;
	unsigned depth;
};

/* The pattern of an include line, "" where it has none; NULL for other lines. A rule for a user
 * named "include" has more fields, and no service begins with a '/'. */
static char *find_include_pattern(char *line)
{
	char *pattern, *end;

	line += strspn(line, BLANKS);
	if (strncmp(line, INCLUDE, strlen(INCLUDE)) != 0)
		return NULL;
	line += strlen(INCLUDE);
	pattern = line + strspn(line, BLANKS);
	if (pattern == line || !*pattern || *pattern == '#')
		return NULL;
	end = pattern + strcspn(pattern, BLANKS "#");
	end += strspn(end, BLANKS);
	return *pattern == '/' || !*end || *end == '#' ? pattern : NULL;
}

/* Cuts off what follows PATTERN, which can only be a comment. */
static int end_pattern(char *pattern, struct error *error)
{
	char *end = pattern + strcspn(pattern, BLANKS "#");
	const char *rest = end + strspn(end, BLANKS);

	if (*rest && *rest != '#')
		return error_set(error, EINVAL,
				 "'%.200s' after the file to include: write one " INCLUDE
				 " line for each file or pattern",
				 rest);
	*end = '\0';
	return 0;
}

/* No file is read while it is being read. */
static int check_circle(const char *file, const struct policy_source *by, struct error *error)
{
	const struct policy_source *source = by;

	while (source && strcmp(source->file, file) != 0)
		source = source->by;
	if (source && source != by)
		return error_set(error, EINVAL,
				 "'%.200s' is included in a circle: line %u of '%.200s' leads "
				 "here; take one of the two lines out",
				 file, by->by_line, by->by->file);
	if (source)
		return error_set(error, EINVAL, "'%.200s' includes itself: take this line out",
				 file);
	if (by->depth == INCLUDE_DEPTH_MAX)
		return error_set(error, EINVAL,
				 "'%.200s' would be the %dth file in a chain of " INCLUDE
				 " lines: include it from the main file",
				 file, INCLUDE_DEPTH_MAX + 1);
	return 0;
}

/* *FILE becomes the policy's. */
static int add_include(struct policy *policy, char **file, struct error *error)
{
	char **larger;

	if (policy->n_include == INCLUDE_FILES_MAX)
		return error_set(error, EINVAL,
				 "more than %d files are included: put some of them into one",
				 INCLUDE_FILES_MAX);
	larger = reallocarray(policy->include, policy->n_include + 1, sizeof(*larger));
	if (!larger)
		return error_no_memory(error);
	policy->include = larger;
	larger[policy->n_include++] = steal_pointer(file);
	return 0;
}

static int read_policy_source(const struct policy_reader *reader, FILE *stream,
			      const struct policy_source *source, struct error *error);

/* *FILE becomes the policy's. */
static int include_file(const struct policy_reader *reader, char **file,
			const struct policy_source *by, unsigned line, struct error *error)
{
	const struct policy_source source = {*file, by, line, by->depth + 1};
	const struct error before = *error;
	cleanup(cleanup_file) FILE *stream = NULL;
	int result = check_circle(*file, by, error);

	if (result == 0)
		result = add_include(reader->policy, file, error);
	if (result == 0)
		result = rootdir_has(reader->root, source.file)
				 ? textfile_open_in(reader->root, source.file, &stream, error)
				 : config_open(source.file, &stream, error);
	if (result == -ENOENT) {
		*error = before;
		return error_set(error, ENOENT,
				 "'%.200s' does not exist: write it, or take it out (a pattern "
				 "with * may find no file)",
				 source.file);
	}
	return result < 0 ? result : read_policy_source(reader, stream, &source, error);
}

static int include_pattern(const struct policy_reader *reader, char *pattern,
			   const struct policy_source *by, unsigned line, struct error *error)
{
	cleanup(policy_files_clear) struct policy_files files = {0};
	int result = end_pattern(pattern, error);

	if (result == 0)
		result = policy_include_find(pattern, reader->root, &files, error);
	for (size_t i = 0; result == 0 && i < files.n_paths; i++) {
		result = include_file(reader, &files.paths[i], by, line, error);
		if (result < 0)
			error_place(error, by->file, line);
		error_mark(error, CODE_INCLUDE_LINE, result);
		if (result < 0)
			result = error_continue(error, reader->faults);
	}
	return result;
}

/* Adds the rule that LINE holds, if it holds one. */
static int add_rule_of_line(struct policy *policy, char *line, const char *file, unsigned number,
			    struct error *error)
{
	struct rule rule cleanup(rule_clear) = {0};
	struct rule *grown;
	int result = rule_read(line, file, number, &rule, error);

	if (result <= 0)
		return result;
	grown = reallocarray(policy->rules, policy->n_rules + 1, sizeof(*grown));
	if (!grown)
		return error_no_memory(error);
	policy->rules = grown;
	policy->rules[policy->n_rules++] = rule;
	rule = (struct rule){0};
	return 0;
}

static int read_policy_lines(const struct policy_reader *reader, struct lines *lines,
			     const struct policy_source *source, struct error *error)
{
	char *line;
	int result;

	while ((result = lines_next(lines, &line, error)) != 0) {
		char *pattern = result > 0 ? find_include_pattern(line) : NULL;

		if (pattern)
			result = error_mark(
				error, CODE_INCLUDE_LINE,
				include_pattern(reader, pattern, source, lines->number, error));
		else if (result > 0)
			result = error_mark(error, CODE_RULE_COLUMNS,
					    add_rule_of_line(reader->policy, line, source->file,
							     lines->number, error));
		if (result < 0)
			error_place(error, source->file, lines->number);
		reader->policy->faulty = reader->policy->faulty || result < 0;
		if (result < 0 && (result = error_continue(error, reader->faults)) < 0)
			return result;
	}
	return 0;
}

static int read_policy_text(FILE *stream, const char *file, struct buffer *text,
			    struct error *error)
{
	int result = buffer_read(text, stream, CONFIG_SIZE_MAX);

	if (result == 0)
		return 0;
	error_place(error, file, 0);
	return error_mark(error, CODE_UNREADABLE_FILE,
			  error_set(error, -result, "cannot be read: %s", strerror(-result)));
}

static int read_policy_source(const struct policy_reader *reader, FILE *stream,
			      const struct policy_source *source, struct error *error)
{
	cleanup(buffer_clear) struct buffer text = {0};
	cleanup(lines_clear) struct lines lines = {0};
	int result = read_policy_text(stream, source->file, &text, error);

	if (result < 0)
		return result;
	lines = lines_of(text.bytes, text.length);
	return read_policy_lines(reader, &lines, source, error);
}

int policy_read_all(FILE *stream, const char *file, const struct rootdir *root,
		    const struct faults *faults, struct policy **policy, struct error *error)
{
	struct policy *made cleanup(cleanup_policy) = calloc(1, sizeof(*made));
	const struct policy_reader reader = {made, root, faults};
	struct policy_source source = {0};
	int result;

	if (!made || !(made->file = strdup(file)))
		return error_no_memory(error);
	source.file = made->file;
	result = read_policy_source(&reader, stream, &source, error);
	if (result < 0)
		return result;
	/* A rule with a fault is one: it has been reported. */
	if (!made->n_rules && !made->faulty) {
		error_place(error, file, 0);
		return error_mark(
			error, CODE_EMPTY_FILE,
			error_set(
				error, EINVAL,
				"holds no rule: write at least one, such as '* * -', which leaves "
				"every session in the host's own tree"));
	}
	*policy = steal_pointer(&made);
	return 0;
}

int policy_read(FILE *stream, const char *file, struct policy **policy, struct error *error)
{
	return policy_read_all(stream, file, NULL, NULL, policy, error);
}

int policy_load_all(const char *file, const struct faults *faults, struct policy **policy,
		    struct error *error)
{
	FILE *stream cleanup(cleanup_file) = NULL;
	int result = config_open(file, &stream, error);

	if (result == -ENOENT)
		return error_mark(
			error, CODE_MISSING_POLICY,
			error_set(error, ENOENT,
				  "does not exist: write it, with the rule '* * -' for a start, or "
				  "name another file with conf="));
	if (result < 0)
		return result;
	return policy_read_all(stream, file, NULL, faults, policy, error);
}

int policy_load(const char *file, struct policy **policy, struct error *error)
{
	return policy_load_all(file, NULL, policy, error);
}

void policy_free(struct policy *policy)
{
	if (!policy)
		return;
	for (size_t i = 0; i < policy->n_rules; i++)
		rule_clear(&policy->rules[i]);
	for (size_t i = 0; i < policy->n_include; i++)
		free(policy->include[i]);
	free(policy->include);
	free(policy->rules);
	free(policy->file);
	free(policy);
}
