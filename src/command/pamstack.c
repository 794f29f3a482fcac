/* SPDX-License-Identifier: BSD-3-Clause */
#include "pamstack.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "cleanup.h"
#include "lines.h"
#include "names.h"
#include "nearest.h"
#include "textfile.h"

#define DEPTH_MAX 16 /* libpam's own limit is 32 includes */
#define BLANKS " \t"

const char *const pamstack_directories[] = {"/etc/pam.d", "/usr/lib/pam.d", NULL};

static const char *const types[] = {"session", "auth", "account", "password"};

/* One file while it is being read. */
struct pam_file {
	struct pam_stack *stack;
	struct report *report;
	const char *name;
	const char *only; /* the type that an include asks for; NULL for all */
	unsigned level, depth;
	bool said; /* a byte that does not belong in a text file was reported */
};

#define add(file, number, ...)                                                                     \
	do {                                                                                       \
		note_refused(file, number);                                                        \
		if ((file)->report)                                                                \
			report_say((file)->report, SEVERITY_ERROR, CODE_PAM_LINE, (file)->name,    \
				   number, __VA_ARGS__);                                           \
	} while (0)

static void note_refused(const struct pam_file *file, unsigned number)
{
	struct pam_stack *stack = file->stack;

	if (stack->refused_file)
		return;
	stack->refused_file = strdup(file->name);
	stack->refused_line = number;
}

bool pamstack_find(const char *service, char path[PATH_MAX])
{
	if (!*service || strchr(service, '/'))
		return false;
	for (size_t i = 0; pamstack_directories[i]; i++) {
		int length = snprintf(path, PATH_MAX, "%s/", pamstack_directories[i]);

		if (length + strlen(service) >= PATH_MAX)
			return false;
		for (const char *c = service; *c; c++)
			path[length++] = (char)tolower((unsigned char)*c);
		path[length] = '\0';
		if (access(path, F_OK) == 0 || errno != ENOENT)
			return true;
	}
	return false;
}

static void clear_line(struct pam_line *line)
{
	free(line->file);
	free(line->text);
}

void pamstack_clear(struct pam_stack *stack)
{
	for (size_t i = 0; i < stack->n_lines; i++)
		clear_line(&stack->lines[i]);
	free(stack->lines);
	free(stack->service);
	free(stack->file);
	free(stack->refused_file);
	*stack = (struct pam_stack){0};
}

/* Cuts the next word off *REST; a control in brackets is one word. NULL where there is none. */
static char *cut_word(char **rest)
{
	char *word = *rest + strspn(*rest, BLANKS);
	size_t length = *word == '[' ? strcspn(word, "]") + 1 : strcspn(word, BLANKS);

	if (!*word)
		return NULL;
	if (length > strlen(word))
		length = strlen(word);
	*rest = word + length;
	if (**rest)
		*(*rest)++ = '\0';
	return word;
}

static void add_line(struct pam_file *file, struct pam_line line)
{
	struct pam_stack *stack = file->stack;
	struct pam_line *grown = reallocarray(stack->lines, stack->n_lines + 1, sizeof(*grown));

	line.file = strdup(file->name);
	if (grown)
		stack->lines = grown;
	if (grown && line.file)
		grown[stack->n_lines++] = line;
	else
		clear_line(&line);
}

static int read_file(struct pam_file *file);

/* The file NAME: beside the stack, as for one that is not installed yet, or where libpam looks. */
static void find_included(const struct pam_stack *stack, const char *name, char path[PATH_MAX])
{
	size_t above = (size_t)(name_last(stack->file) - stack->file);

	snprintf(path, PATH_MAX, "%.*s%s", *name == '/' ? 0 : (int)above, stack->file, name);
	for (size_t i = 0; *name != '/' && access(path, F_OK) < 0 && pamstack_directories[i]; i++)
		snprintf(path, PATH_MAX, "%s/%s", pamstack_directories[i], name);
}

static void read_included(struct pam_file *file, unsigned number, const char *name,
			  const char *only, bool substack)
{
	char path[PATH_MAX];
	struct pam_file included = *file;

	find_included(file->stack, name, path);
	included.name = path;
	included.only = only;
	included.depth++;
	included.level += substack;
	included.said = false;
	if (included.depth > DEPTH_MAX || read_file(&included) < 0)
		add(file, number,
		    "'%s' cannot be included: PAM refuses the whole service for it; correct the "
		    "name, or take the line out",
		    name);
}

static bool is_type(const char *word)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
		if (strcasecmp(word, types[i]) == 0)
			return true;
	return false;
}

static void refuse_type(struct pam_file *file, unsigned number, const char *word)
{
	char suggestion[NEAREST_TEXT_SIZE];
	struct nearest nearest;

	nearest_begin(&nearest, word);
	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
		nearest_consider(&nearest, types[i]);
	nearest_consider(&nearest, "@include");
	add(file, number,
	    "'%s' is no type: PAM refuses every password for it, and opens sessions without the "
	    "line "
	    "(as after a login with an ssh key); write session, auth, account, password or "
	    "@include%s",
	    word, nearest_text(&nearest, suggestion));
}

/* A line of TEXT, which is LINE's: an include is followed, another is added. */
static void read_words(struct pam_file *file, struct pam_line line)
{
	char *rest = line.text, *type = cut_word(&rest);
	bool include, substack;

	if (type && strcasecmp(type, "@include") == 0) {
		const char *name = cut_word(&rest);

		if (name)
			read_included(file, line.number, name, file->only, false);
		else
			add(file, line.number, "'@include' names no file: write one");
		free(line.text);
		return;
	}
	line.is_silent = type && *type == '-';
	line.type = type ? type + line.is_silent : NULL;
	if (line.type && !is_type(line.type)) {
		refuse_type(file, line.number, type);
		line.type = NULL;
	}
	line.control = line.type ? cut_word(&rest) : NULL;
	line.module = line.control ? cut_word(&rest) : NULL;
	line.arguments = rest;
	if (line.type && !line.module)
		add(file, line.number,
		    "the line has no %s, and PAM refuses every login for it: write type, control "
		    "and module, such as 'session required pam_nstree.so'",
		    line.control ? "module" : "control and no module");
	if (!line.module || (file->only && strcasecmp(line.type, file->only) != 0)) {
		free(line.text);
		return;
	}
	include = strcasecmp(line.control, "include") == 0;
	substack = strcasecmp(line.control, "substack") == 0;
	if (!include && !substack) {
		line.level = file->level;
		add_line(file, line);
		return;
	}
	read_included(file, line.number, line.module, line.type, substack);
	free(line.text);
}

static void read_line(struct pam_file *file, unsigned number, const char *text)
{
	struct pam_line line = {.number = number, .text = strndup(text, strcspn(text, "#"))};

	if (line.text && line.text[strspn(line.text, BLANKS)])
		read_words(file, line);
	else
		free(line.text);
}

/* Reported once: a file with one line end of another system has it in each line. */
static void refuse_byte(struct pam_file *file, unsigned number, const struct error *error)
{
	if (!file->said)
		add(file, number,
		    "%s; PAM takes it for a part of the word before it, and refuses "
		    "every login",
		    error->words);
	file->said = true;
}

/* Adds TEXT to WHOLE; whether it ends in a backslash, after which the next line goes on. */
static bool join_line(char *text, struct buffer *whole)
{
	size_t length = strlen(text);
	bool goes_on = length && text[length - 1] == '\\';

	if (goes_on)
		text[length - 1] = ' ';
	buffer_add(whole, text);
	return goes_on;
}

/* Returns 0 or negative errno. */
static int read_file(struct pam_file *file)
{
	cleanup(cleanup_free) char *text = NULL;
	cleanup(buffer_clear) struct buffer whole = {0};
	struct error error = {0};
	unsigned number = 0;
	size_t length = 0;
	int result = textfile_read(file->name, &text, &length);
	cleanup(lines_clear) struct lines lines = lines_of(text, length);
	char *line;

	while (result == 0 && (result = lines_next(&lines, &line, &error)) != 0) {
		bool goes_on;

		if (result == -ENOMEM)
			return result;
		if (!number)
			number = lines.number;
		if (result < 0)
			refuse_byte(file, lines.number, &error);
		goes_on = result > 0 && join_line(line, &whole);
		error = (struct error){0};
		result = 0;
		if (goes_on)
			continue;
		read_line(file, number, whole.bytes ? whole.bytes : "");
		buffer_clear(&whole);
		whole = (struct buffer){0};
		number = 0;
	}
	return result;
}

int pamstack_load(const char *file, struct report *report, struct pam_stack *stack)
{
	struct pam_file first = {.stack = stack, .report = report, .name = file};

	*stack = (struct pam_stack){.service = strdup(name_last(file)), .file = strdup(file)};
	return stack->service && stack->file ? read_file(&first) : -ENOMEM;
}

bool pamstack_is_session(const struct pam_line *line)
{
	return strcasecmp(line->type, "session") == 0;
}

const char *pamstack_module(const struct pam_line *line)
{
	return name_last(line->module);
}

bool pamstack_next_argument(const char **rest, const char **word, size_t *length)
{
	const char *start = *rest + strspn(*rest, BLANKS);
	bool bracketed = *start == '[';

	start += bracketed;
	*word = start;
	*length = strcspn(start, bracketed ? "]" : BLANKS);
	*rest = start + *length;
	*rest += bracketed && **rest;
	return *start;
}

bool pamstack_has_argument(const struct pam_line *line, const char *argument)
{
	const char *rest = line->arguments, *word;
	size_t length;

	while (pamstack_next_argument(&rest, &word, &length))
		if (strlen(argument) == length && strncmp(word, argument, length) == 0)
			return true;
	return false;
}

static const struct {
	const char *control;
	enum pam_action success, otherwise;
} simple_controls[] = {
	{"required", PAM_ACTION_OK, PAM_ACTION_BAD},
	{"requisite", PAM_ACTION_OK, PAM_ACTION_DIE},
	{"sufficient", PAM_ACTION_DONE, PAM_ACTION_IGNORE},
	{"optional", PAM_ACTION_OK, PAM_ACTION_IGNORE},
};

static const struct {
	const char *word;
	enum pam_action action;
} action_words[] = {
	{"ignore", PAM_ACTION_IGNORE}, {"ok", PAM_ACTION_OK},	{"done", PAM_ACTION_DONE},
	{"bad", PAM_ACTION_BAD},       {"die", PAM_ACTION_DIE}, {"reset", PAM_ACTION_RESET},
};

/* Reads "ACTION" or a number of modules to leave out, LENGTH bytes. Returns false for neither. */
static bool read_action(const char *text, size_t length, enum pam_action *action, unsigned *jump)
{
	for (size_t i = 0; i < sizeof(action_words) / sizeof(*action_words); i++)
		if (strlen(action_words[i].word) == length &&
		    strncasecmp(text, action_words[i].word, length) == 0) {
			*action = action_words[i].action;
			return true;
		}
	*action = PAM_ACTION_JUMP;
	*jump = (unsigned)strtoul(text, NULL, 10);
	return length && strspn(text, "0123456789") >= length && *jump;
}

/*
 * Reads "[RETURN=ACTION ...]", or one without the brackets, into the ACTION for RETURN_NAME, where
 * it or default= has one. Returns false where that cannot be read.
 */
static bool read_brackets(const char *control, const char *return_name, enum pam_action *action,
			  unsigned *jump)
{
	bool named = false;

	/* What is not said is as bad= (pam.conf(5)). */
	*action = PAM_ACTION_BAD;
	if (control[0] == '[' ? !strchr(control, ']') : !strchr(control, '='))
		return false;
	for (const char *word = control + (control[0] == '[');
	     *(word += strspn(word, BLANKS)) && *word != ']';) {
		size_t length = strcspn(word, " \t]"), name = strcspn(word, " \t]=");
		enum pam_action read;
		unsigned modules = 0;
		bool is_it, is_default;

		if (name == length ||
		    !read_action(word + name + 1, length - name - 1, &read, &modules))
			return false;
		is_it = strlen(return_name) == name && strncasecmp(word, return_name, name) == 0;
		is_default = name == 7 && strncasecmp(word, "default", 7) == 0 && !named;
		if (is_it || is_default) {
			*action = read;
			*jump = modules;
		}
		named = named || is_it;
		word += length;
	}
	return true;
}

enum pam_action pamstack_action(const struct pam_line *line, const char *return_name,
				unsigned *jump)
{
	enum pam_action action;

	*jump = 0;
	for (size_t i = 0; i < sizeof(simple_controls) / sizeof(*simple_controls); i++)
		if (strcasecmp(line->control, simple_controls[i].control) == 0)
			return strcmp(return_name, "success") == 0 ? simple_controls[i].success
								   : simple_controls[i].otherwise;
	return read_brackets(line->control, return_name, &action, jump) ? action : PAM_ACTION_BAD;
}

bool pamstack_is_control(const char *control)
{
	enum pam_action action;
	unsigned jump;

	for (size_t i = 0; i < sizeof(simple_controls) / sizeof(*simple_controls); i++)
		if (strcasecmp(control, simple_controls[i].control) == 0)
			return true;
	return read_brackets(control, "success", &action, &jump);
}

bool pamstack_module_exists(const struct pam_line *line, char path[PATH_MAX])
{
	/* On Debian libpam tries /lib/security for what is not where it was built for. */
	static const char *const places[] = {PAM_DIRECTORY "/", "/lib/security/",
					     "/usr/lib/security/"};
	char first[PATH_MAX];

	if (*line->module == '/' || strstr(line->module, "$ISA")) {
		snprintf(path, PATH_MAX, "%s", line->module);
		return strstr(path, "$ISA") || access(path, F_OK) == 0;
	}
	snprintf(first, sizeof(first), "%s%s", places[0], line->module);
	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		snprintf(path, PATH_MAX, "%s%s", places[i], line->module);
		if (access(path, F_OK) == 0)
			return true;
	}
	snprintf(path, PATH_MAX, "%s", first);
	return false;
}
