/* SPDX-License-Identifier: BSD-3-Clause */
#include "check_pam.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check_administrators.h"
#include "check_names.h"
#include "check_pam_order.h"
#include "check_sshd.h"
#include "cleanup.h"
#include "nearest.h"
#include "policy.h"
#include "printable.h"
#include "treefile.h"

#define MODULE PAMSERVICES_MODULE
#define SERVICE_WIDTH 20

/* State of one check_pam(). */
struct pam_check {
	struct report *report;
	struct pamservices *services;
};

/* A policy that a line names. */
struct conf_check {
	const struct pam_line *line;
	const char *conf;
	struct report *report;
};

#define add(report, severity, code, line, ...)                                                     \
	report_say(report, severity, code, (line)->file, (line)->number, __VA_ARGS__)

static bool refuses(const struct pam_line *line, const char *return_name)
{
	unsigned jump;
	enum pam_action action = pamstack_action(line, return_name, &jump);

	return action == PAM_ACTION_BAD || action == PAM_ACTION_DIE;
}

static void check_type(const struct pam_line *line, struct report *report)
{
	if (!pamstack_is_session(line))
		add(report, SEVERITY_ERROR, CODE_PAM_CONTROL, line,
		    "'%s' is no type of this module's: write session", line->type);
	else if (line->is_silent)
		add(report, SEVERITY_WARNING, CODE_PAM_CONTROL, line,
		    "'-%s' keeps out of the log why sessions are refused where the module is "
		    "missing: write session",
		    line->type);
}

/* The control must refuse the session where the module fails, and continue where it succeeds. */
static void check_control(const struct pam_line *line, struct report *report)
{
	static const char *const failures[] = {"session_err", "user_unknown", "module_unknown",
					       "service_err"};
	unsigned jump;
	enum pam_action success = pamstack_action(line, "success", &jump);

	if (!pamstack_is_control(line->control))
		return; /* check_control_word() reports this. */
	for (size_t i = 0; i < sizeof(failures) / sizeof(*failures); i++) {
		if (refuses(line, failures[i]))
			continue;
		add(report, SEVERITY_ERROR, CODE_PAM_CONTROL, line, "'%s' %s: write required",
		    line->control,
		    strcasecmp(line->control, "sufficient") == 0
			    ? "leaves out the lines below, and begins sessions without a tree"
			    : "begins sessions without a tree where theirs cannot be had");
		return;
	}
	if (success == PAM_ACTION_DONE || success == PAM_ACTION_JUMP)
		add(report, SEVERITY_ERROR, CODE_PAM_CONTROL, line,
		    "'%s' leaves out lines below: write required", line->control);
	else if (success != PAM_ACTION_OK && success != PAM_ACTION_IGNORE)
		add(report, SEVERITY_ERROR, CODE_PAM_CONTROL, line,
		    "'%s' refuses every session: write required", line->control);
}

/* Adds ERROR, which is about the file that conf= of LINE names, or that it stands for. */
static void report_conf_error(void *data, const struct error *error)
{
	const struct conf_check *check = data;
	const struct pam_line *line = check->line;
	struct error named = *error;
	size_t length = strlen(named.words);

	/* nstree check says the same of the installed policy. */
	if (strcmp(check->conf, POLICY_FILE) != 0)
		snprintf(named.words + length, sizeof(named.words) - length,
			 " (conf=%.200s in %.200s:%u)", check->conf, line->file, line->number);
	report_add(check->report, SEVERITY_ERROR, CODE_PAM_ARGUMENT, &named);
}

/* What is wrong with the files that the arguments name, in the words of a login. nstree check reads
 * tree names with specifiers for each user. */
static void check_files(const struct pam_line *line, const struct arguments *arguments,
			struct report *report)
{
	const struct subject nobody = {.user = (char *)(uintptr_t) "nobody",
				       .home = (char *)(uintptr_t) "/",
				       .service = (char *)(uintptr_t) "other"};
	struct conf_check conf = {line, arguments->conf, report};
	const struct faults faults = {report_conf_error, &conf};
	cleanup(cleanup_tree_file) struct tree_file *file = NULL;
	cleanup(cleanup_policy) struct policy *policy = NULL;
	struct error error = {0};
	int result;

	if (!arguments->tree) {
		if (policy_load_all(arguments->conf, &faults, &policy, &error) < 0)
			report_conf_error(&conf, &error);
		return;
	}
	result = tree_file_load(arguments->tree, &nobody, &file, &error);
	if (result == 0 || (strchr(arguments->tree, '%') && result != -EINVAL))
		return;
	nearest_add_tree(&error);
	error_place(&error, line->file, line->number);
	report_add(report, SEVERITY_ERROR, CODE_PAM_ARGUMENT, &error);
}

static void check_arguments(const struct pam_line *line, struct report *report)
{
	cleanup(cleanup_free) char *text = NULL;
	struct arguments arguments = {0};
	struct error error = {0};

	if (pamservices_read_arguments(line, &text, &arguments, &error) < 0)
		add(report, SEVERITY_ERROR, CODE_PAM_ARGUMENT, line, "%s", error.words);
	else
		check_files(line, &arguments, report);
	if (arguments.everyone && arguments.tree)
		check_administrators_tree(arguments.tree, line->file, line->number, report);
}

/* The function that libpam calls for LINE. */
static const char *function_of(const struct pam_line *line)
{
	static const char *const functions[][2] = {{"auth", "pam_sm_authenticate"},
						   {"account", "pam_sm_acct_mgmt"},
						   {"password", "pam_sm_chauthtok"}};

	for (size_t i = 0; i < sizeof(functions) / sizeof(*functions); i++)
		if (strcasecmp(line->type, functions[i][0]) == 0)
			return functions[i][1];
	return "pam_sm_open_session";
}

/* Whether the file PATH has NAME among its strings, as an ELF object has what it exports. A file
 * that cannot be read is not judged. */
static bool exports_name(const char *path, const char *name)
{
	cleanup(cleanup_fd) int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat stat;
	void *bytes;
	bool found;

	if (fd < 0 || fstat(fd, &stat) < 0 || !S_ISREG(stat.st_mode))
		return true;
	bytes = stat.st_size ? mmap(NULL, (size_t)stat.st_size, PROT_READ, MAP_PRIVATE, fd, 0)
			     : NULL;
	if (bytes == MAP_FAILED)
		return true;
	found = bytes && memmem(bytes, (size_t)stat.st_size, name, strlen(name) + 1);
	if (bytes)
		munmap(bytes, (size_t)stat.st_size);
	return found;
}

/* One without the function for the line's type returns PAM_MODULE_UNKNOWN, too. */
static void check_function(const struct pam_line *line, const char *path, struct report *report)
{
	/* check_type() has it of this module's own lines. */
	if (pamservices_is_module(line) || !refuses(line, "module_unknown") ||
	    exports_name(path, function_of(line)))
		return;
	add(report, SEVERITY_ERROR, CODE_PAM_MODULE, line,
	    "'%s' (%s) has nothing to call for '%s', and PAM refuses every %s: correct the name or "
	    "the type, or take the line out",
	    line->module, path, line->type, pamstack_is_session(line) ? "session" : "login");
}

/* A module that libpam cannot load returns PAM_MODULE_UNKNOWN. */
static void check_module(const struct pam_line *line, struct report *report)
{
	char path[PATH_MAX], suggestion[NEAREST_TEXT_SIZE];
	struct nearest nearest;

	if (!*pamstack_module(line))
		return; /* a substack */
	if (pamstack_module_exists(line, path)) {
		check_function(line, path, report);
		return;
	}
	if (!refuses(line, "module_unknown"))
		return;
	nearest_begin(&nearest, pamstack_module(line));
	nearest_consider(&nearest, MODULE);
	nearest_consider_files(&nearest, PAM_DIRECTORY, "");
	add(report, SEVERITY_ERROR, CODE_PAM_MODULE, line,
	    "'%s' is missing (%s), and PAM refuses every %s: install it, or take the line out%s",
	    line->module, path, pamstack_is_session(line) ? "session" : "login",
	    nearest_text(&nearest, suggestion));
}

static void check_control_word(const struct pam_line *line, struct report *report)
{
	static const char *const words[] = {"required", "requisite", "sufficient",
					    "optional", "include",   "substack"};
	char suggestion[NEAREST_TEXT_SIZE];
	struct nearest nearest;

	if (pamstack_is_control(line->control))
		return;
	nearest_begin(&nearest, line->control);
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		nearest_consider(&nearest, words[i]);
	add(report, SEVERITY_ERROR, CODE_PAM_CONTROL, line,
	    "'%s' is no control, and PAM refuses every %s for it: write required%s", line->control,
	    pamstack_is_session(line) ? "session" : "login", nearest_text(&nearest, suggestion));
}

static void check_line(const struct pam_line *line, struct report *report)
{
	check_control_word(line, report);
	check_module(line, report);
	if (!pamservices_is_module(line))
		return;
	check_type(line, report);
	check_control(line, report);
	check_arguments(line, report);
}

static void check_stack(const struct pam_stack *stack, void *data)
{
	const struct pam_check *check = data;
	const struct pamservice *service;

	for (size_t i = 0; i < stack->n_lines; i++)
		check_line(&stack->lines[i], check->report);
	check_pam_order(stack, check->report);
	if (pamservices_add(check->services, stack) < 0)
		report_say(check->report, SEVERITY_ERROR, CODE_OUT_OF_MEMORY, stack->file, 0,
			   "out of memory");
	service = pamservices_find(check->services, stack->service);
	if (service && service->file && strcmp(stack->service, "sshd") == 0)
		check_sshd(check->report);
}

/* NAME is a path, or else the name of a service. */
static void check_named(const char *name, struct pam_check *check)
{
	cleanup(pamstack_clear) struct pam_stack stack = {0};
	char file[PATH_MAX];
	struct error error = {0};
	int result;

	if (strchr(name, '/')) {
		snprintf(file, sizeof(file), "%s", name);
	} else if (!pamstack_find(name, file)) {
		check_service(name, &error);
		report_add(check->report, SEVERITY_ERROR, CODE_UNKNOWN_SERVICE, &error);
		return;
	}
	result = pamstack_load(file, check->report, &stack);
	if (result < 0)
		report_say(check->report, SEVERITY_ERROR, CODE_PAM_FILE, file, 0,
			   "cannot be read: %s", strerror(-result));
	check_stack(&stack, check);
}

void check_pam(char *const *names, struct report *report, struct pamservices *services)
{
	struct pam_check check = {report, services};

	*services = (struct pamservices){0};
	for (char *const *name = names; *name; name++)
		check_named(*name, &check);
	if (!*names)
		pamservices_each(report, check_stack, &check);
}

static int print_services_json(const struct report *report, const struct pamservices *services,
			       FILE *stream)
{
	json_t *list = json_array();
	struct error ignored = {0};

	for (size_t i = 0; i < services->n_items; i++) {
		const struct pamservice *service = &services->items[i];

		json_array_append_new(
			list, json_pack("{s:o, s:o, s:o}", "service",
					printable_json(service->service), "file",
					service->file ? printable_json(service->file) : json_null(),
					"line",
					service->file ? json_integer(service->line) : json_null()));
	}
	return printable_print_json(json_pack("{s:o, s:o, s:o, s:o}", "errors",
					      report_messages(report, SEVERITY_ERROR), "warnings",
					      report_messages(report, SEVERITY_WARNING), "findings",
					      report_findings_json(report), "services", list),
				    stream, &ignored);
}

int check_pam_print(const struct report *report, const struct pamservices *services, FILE *stream,
		    bool json, bool color)
{
	if (json)
		return print_services_json(report, services, stream);
	report_print(report, SEVERITY_ALL, stream, color);
	if (!services->n_items)
		return ferror(stream) ? -EIO : 0;
	if (report_count(report, SEVERITY_ERROR) || report_count(report, SEVERITY_WARNING))
		fputc('\n', stream);
	fprintf(stream, "%-*s %s\n", SERVICE_WIDTH, "SERVICE", "LINE");
	for (size_t i = 0; i < services->n_items; i++) {
		const struct pamservice *service = &services->items[i];

		printable_padded(stream, service->service, SERVICE_WIDTH);
		fputc(' ', stream);
		printable_text(stream, service->file ? service->file : "-");
		if (service->file)
			fprintf(stream, ":%u", service->line);
		fputc('\n', stream);
	}
	return ferror(stream) ? -EIO : 0;
}
