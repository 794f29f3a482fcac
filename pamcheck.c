/* SPDX-License-Identifier: BSD-3-Clause */
#include "pamcheck.h"

#include <dirent.h>
#include <errno.h>
#include <jansson.h>
#include <limits.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "arguments.h"
#include "cleanup.h"
#include "screen.h"

#define MODULE "pam_nstree.so"
#define DEPTH_MAX 16
#define ARGUMENTS_MAX 64

static const char *const directories[] = {"/etc/pam.d", "/usr/lib/pam.d"};

/* What must be done in the host's tree, before the module. */
static const char *const hosts_modules[] = {
	"pam_systemd.so",   "pam_systemd_home.so",
	"pam_elogind.so",   "pam_limits.so",
	"pam_env.so",	    "pam_motd.so",
	"pam_mail.so",	    "pam_mount.so",
	"pam_mkhomedir.so", "pam_oddjob_mkhomedir.so",
	"pam_selinux.so",   "pam_loginuid.so",
	"pam_lastlog.so",   "pam_lastlog2.so",
	"pam_wtmpdb.so",    "pam_namespace.so",
	"pam_krb5.so",	    "pam_sss.so",
};

/* One line of a stack, whatever file it stands in. */
struct line {
	char *file;
	unsigned number;
	char *text; /* what the others point into */
	const char *type, *control, *module, *arguments;
};

struct stack {
	const char *service, *directory;
	struct report *report;
	struct line *lines;
	size_t n_lines;
};

static void cleanup_stack(struct stack *stack)
{
	for (size_t i = 0; i < stack->n_lines; i++) {
		free(stack->lines[i].file);
		free(stack->lines[i].text);
	}
	free(stack->lines);
}

#define tell(stack, severity, line, ...)                                                           \
	report_say((stack)->report, severity, (line)->file, (line)->number, __VA_ARGS__)

/* Cuts the next word off *REST; a control in brackets is one word. NULL where there is none. */
static char *next_word(char **rest)
{
	char *word = *rest + strspn(*rest, " \t");
	size_t length = *word == '[' ? strcspn(word, "]") + 1 : strcspn(word, " \t");

	if (!*word)
		return NULL;
	if (length > strlen(word))
		length = strlen(word);
	*rest = word + length;
	if (**rest)
		*(*rest)++ = '\0';
	return word;
}

static int read_file(struct stack *stack, const char *file, const char *only, unsigned depth);

/* What LINE includes: NAME beside the stack or where PAM looks otherwise. */
static int include(struct stack *stack, const char *name, const char *only, unsigned depth)
{
	char file[PATH_MAX];

	snprintf(file, sizeof(file), "%s%s%s", *name == '/' ? "" : stack->directory,
		 *name == '/' ? "" : "/", name);
	for (size_t i = 0; *name != '/' && access(file, F_OK) < 0 && i < 2; i++)
		snprintf(file, sizeof(file), "%s/%s", directories[i], name);
	if (depth >= DEPTH_MAX)
		return -ELOOP;
	return read_file(stack, file, only, depth + 1);
}

static int add_line(struct stack *stack, const struct line *line)
{
	struct line *grown = reallocarray(stack->lines, stack->n_lines + 1, sizeof(*stack->lines));

	if (!grown)
		return -ENOMEM;
	stack->lines = grown;
	grown[stack->n_lines++] = *line;
	return 0;
}

/* One line, without its end, of which only lines of the type ONLY count where it is not NULL. */
static void read_line(struct stack *stack, const struct line *place, char *text, const char *only,
		      unsigned depth)
{
	struct line line = {.number = place->number};
	char *rest;

	text[strcspn(text, "#")] = '\0';
	line.text = rest = strdup(text);
	line.type = rest ? next_word(&rest) : NULL;
	line.control = line.type ? next_word(&rest) : NULL;
	line.module = line.control ? next_word(&rest) : NULL;
	line.arguments = line.module ? rest : NULL;
	if (line.control && strcmp(line.type, "@include") == 0) {
		if (include(stack, line.control, only, depth) < 0)
			tell(stack, SEVERITY_ERROR, place,
			     "'%s' cannot be included: PAM refuses the whole service for it",
			     line.control);
	} else if (line.module && only && strcasecmp(line.type + (*line.type == '-'), only) != 0) {
		/* Another type's, which this include does not ask for. */
	} else if (line.module && (strcasecmp(line.control, "include") == 0 ||
				   strcasecmp(line.control, "substack") == 0)) {
		if (include(stack, line.module, line.type + (*line.type == '-'), depth) < 0)
			tell(stack, SEVERITY_ERROR, place,
			     "'%s' cannot be included: PAM refuses the whole service for it",
			     line.module);
	} else if (line.module) {
		line.file = strdup(place->file);
		if (line.file && add_line(stack, &line) == 0)
			return;
		free(line.file);
	}
	free(line.text);
}

/* Takes off a line's end; whether the next line goes on with it. */
static bool chomp(char *text)
{
	size_t length = strcspn(text, "\n");

	text[length] = '\0';
	if (!length || text[length - 1] != '\\')
		return false;
	text[length - 1] = ' ';
	return true;
}

/* Returns 0 or negative errno. */
static int read_file(struct stack *stack, const char *file, const char *only, unsigned depth)
{
	cleanup(cleanup_file) FILE *stream = fopen(file, "re");
	cleanup(cleanup_free) char *text = NULL;
	cleanup(cleanup_free) char *name = strdup(file);
	struct line place = {.file = name};
	char whole[4096] = "";
	size_t size = 0;

	if (!stream || !name)
		return -errno;
	for (unsigned number = 1; getline(&text, &size, stream) >= 0; number++) {
		bool goes_on = chomp(text);

		if (!whole[0])
			place.number = number;
		snprintf(whole + strlen(whole), sizeof(whole) - strlen(whole), "%s", text);
		if (goes_on)
			continue;
		read_line(stack, &place, whole, only, depth);
		whole[0] = '\0';
	}
	return ferror(stream) ? -EIO : 0;
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static bool is_ours(const struct line *line)
{
	return strcmp(base_name(line->module), MODULE) == 0;
}

static bool is_session(const struct line *line)
{
	return strcasecmp(line->type + (*line->type == '-'), "session") == 0;
}

static void check_type(const struct stack *stack, const struct line *line)
{
	if (!is_session(line))
		tell(stack, SEVERITY_ERROR, line, "'%s' is no type of this module's: write session",
		     line->type);
	else if (*line->type == '-')
		tell(stack, SEVERITY_ERROR, line,
		     "'%s' begins sessions without a tree where the module is missing: write "
		     "session",
		     line->type);
}

/* required and requisite refuse; in brackets, what default= says of a failure. */
static void check_control(const struct stack *stack, const struct line *line)
{
	const char *control = line->control;

	if (strcasecmp(control, "required") == 0 || strcasecmp(control, "requisite") == 0)
		return;
	if (*control == '[' && (strstr(control, "default=bad") || strstr(control, "default=die")) &&
	    !strstr(control, "session_err=") && !strstr(control, "success=done"))
		return;
	tell(stack, SEVERITY_ERROR, line, "'%s' %s: write required", control,
	     strcasecmp(control, "sufficient") == 0
		     ? "leaves out the lines below, and begins sessions without a tree"
		     : "begins sessions without a tree where theirs cannot be had");
}

static void check_file(const struct stack *stack, const struct line *line)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s%s", *line->module == '/' ? "" : PAM_DIRECTORY "/",
		 line->module);
	if (access(path, F_OK) < 0)
		tell(stack, SEVERITY_ERROR, line,
		     "'%s' is missing (%s), and PAM refuses every session: install it, or take the "
		     "line out",
		     line->module, path);
}

static void check_arguments(const struct stack *stack, const struct line *line)
{
	cleanup(cleanup_free) char *text = strdup(line->arguments);
	const char *words[ARGUMENTS_MAX];
	struct arguments arguments;
	struct error error = {0};
	char *rest = text;
	int n = 0;

	while (rest && n < ARGUMENTS_MAX && (words[n] = next_word(&rest)))
		n++;
	if (arguments_read(n, words, &arguments, &error) < 0)
		tell(stack, SEVERITY_ERROR, line, "%s", error.words);
}

static bool needs_host(const struct line *line)
{
	for (size_t i = 0; i < sizeof(hosts_modules) / sizeof(*hosts_modules); i++)
		if (strcmp(base_name(line->module), hosts_modules[i]) == 0)
			return true;
	return false;
}

/* What comes after the line number INDEX of a stack, where it is to be the last. */
static void check_place(const struct stack *stack, size_t index)
{
	const struct line *line = &stack->lines[index], *other = NULL;

	for (size_t i = index + 1; i < stack->n_lines; i++) {
		const struct line *below = &stack->lines[i];

		if (!is_session(below) || is_ours(below))
			continue;
		if (!other || (!needs_host(other) && needs_host(below)))
			other = below;
	}
	if (!other)
		return;
	tell(stack, needs_host(other) ? SEVERITY_ERROR : SEVERITY_WARNING, line,
	     "in service %s '%s' comes before %s of %s:%u, which %s: make it the last of %s's "
	     "session "
	     "lines",
	     stack->service, MODULE, base_name(other->module), other->file, other->number,
	     needs_host(other) ? "must open its session in the host's tree"
			       : "then opens its session inside the tree",
	     stack->service);
}

static void check_twice(const struct stack *stack, const struct line *first,
			const struct line *line)
{
	if (first->number == line->number && strcmp(first->file, line->file) == 0)
		tell(stack, SEVERITY_ERROR, line,
		     "service %s includes this twice, and its sessions are refused: take one of "
		     "the includes out",
		     stack->service);
	else
		tell(stack, SEVERITY_ERROR, line,
		     "service %s has '%s' in %s:%u already, and refuses its sessions: take one of "
		     "the lines out",
		     stack->service, MODULE, first->file, first->number);
}

static bool add_door(struct doors *doors, const struct stack *stack, const struct line *line)
{
	struct door *grown = reallocarray(doors->items, doors->n_items + 1, sizeof(*grown));

	if (!grown)
		return false;
	doors->items = grown;
	grown[doors->n_items++] = (struct door){.service = strdup(stack->service),
						.file = line ? strdup(line->file) : NULL,
						.line = line ? line->number : 0};
	return grown[doors->n_items - 1].service;
}

static void check_stack(const struct stack *stack, struct doors *doors)
{
	const struct line *first = NULL;
	bool has_sessions = false;

	for (size_t i = 0; i < stack->n_lines; i++) {
		const struct line *line = &stack->lines[i];

		has_sessions = has_sessions || is_session(line);
		if (!is_ours(line))
			continue;
		check_type(stack, line);
		check_control(stack, line);
		check_file(stack, line);
		check_arguments(stack, line);
		if (!is_session(line))
			continue;
		if (first)
			check_twice(stack, first, line);
		else
			check_place(stack, i);
		first = first ? first : line;
	}
	if (has_sessions && !add_door(doors, stack, first))
		report_say(stack->report, SEVERITY_ERROR, stack->service, 0, "out of memory");
}

/* The service whose stack is FILE. */
static void check_service_file(const char *file, struct report *report, struct doors *doors)
{
	cleanup(cleanup_free) char *directory = strdup(file);
	cleanup(cleanup_stack) struct stack stack = {.service = base_name(file), .report = report};
	char *slash = directory ? strrchr(directory, '/') : NULL;
	int result;

	if (slash)
		*slash = '\0';
	stack.directory = slash ? directory : ".";
	result = read_file(&stack, file, NULL, 0);
	if (result < 0)
		report_say(report, SEVERITY_ERROR, file, 0, "cannot be read: %s",
			   strerror(-result));
	check_stack(&stack, doors);
}

/* The files that are services: not what they include, nor what dpkg and editors leave. */
static int is_service(const struct dirent *entry)
{
	size_t length = strlen(entry->d_name);

	return entry->d_name[0] != '.' && entry->d_name[length - 1] != '~' &&
	       !strstr(entry->d_name, ".dpkg-") && !strstr(entry->d_name, ".rpm") &&
	       strncmp(entry->d_name, "common-", 7) != 0;
}

static void check_directory(size_t which, struct report *report, struct doors *doors)
{
	struct dirent **entries = NULL;
	int n = scandir(directories[which], &entries, is_service, alphasort);

	for (int i = 0; i < n; i++) {
		char file[PATH_MAX], above[PATH_MAX];

		snprintf(above, sizeof(above), "%s/%s", directories[0], entries[i]->d_name);
		snprintf(file, sizeof(file), "%s/%s", directories[which], entries[i]->d_name);
		if (which == 0 || access(above, F_OK) < 0)
			check_service_file(file, report, doors);
		free(entries[i]);
	}
	free(entries);
}

void pam_check(char *const *files, struct report *report, struct doors *doors)
{
	*doors = (struct doors){0};
	for (char *const *file = files; *file; file++)
		check_service_file(*file, report, doors);
	for (size_t i = 0; !*files && i < sizeof(directories) / sizeof(*directories); i++)
		check_directory(i, report, doors);
}

static int print_json(const struct report *report, const struct doors *doors, FILE *stream)
{
	json_t *services = json_array();
	struct error ignored = {0};

	for (size_t i = 0; i < doors->n_items; i++) {
		const struct door *door = &doors->items[i];

		json_array_append_new(
			services,
			json_pack("{s:o, s:o, s:o}", "service", screen_json(door->service), "file",
				  door->file ? screen_json(door->file) : json_null(), "line",
				  door->file ? json_integer(door->line) : json_null()));
	}
	return screen_print_json(json_pack("{s:o, s:o, s:o}", "errors",
					   report_messages(report, SEVERITY_ERROR), "warnings",
					   report_messages(report, SEVERITY_WARNING), "services",
					   services),
				 stream, &ignored);
}

int pam_check_print(const struct report *report, const struct doors *doors, FILE *stream, bool json,
		    bool color)
{
	if (json)
		return print_json(report, doors, stream);
	report_print(report, SEVERITY_ALL, stream, color);
	if (report_count(report, SEVERITY_ERROR) || report_count(report, SEVERITY_WARNING))
		fputc('\n', stream);
	fprintf(stream, "%-20s %s\n", "SERVICE", "LINE");
	for (size_t i = 0; i < doors->n_items; i++) {
		const struct door *door = &doors->items[i];

		screen_text(stream, door->service);
		fprintf(stream, "%*s ", (int)(20 - strlen(door->service)), "");
		screen_text(stream, door->file ? door->file : "-");
		if (door->file)
			fprintf(stream, ":%u", door->line);
		fputc('\n', stream);
	}
	return ferror(stream) ? -EIO : 0;
}

void doors_clear(struct doors *doors)
{
	for (size_t i = 0; i < doors->n_items; i++) {
		free(doors->items[i].service);
		free(doors->items[i].file);
	}
	free(doors->items);
	*doors = (struct doors){0};
}
