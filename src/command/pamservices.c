/* SPDX-License-Identifier: BSD-3-Clause */
#include "pamservices.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "cleanup.h"
#include "nearest.h"

#define ARGUMENTS_MAX 64
#define MISSPELT_MAX 3 /* letters: without .so, or with a typing error */
#define CONF_ARGUMENT "conf="
#define TREE_ARGUMENT "tree="

bool pamservices_is_module(const struct pam_line *line)
{
	return strcmp(pamstack_module(line), PAMSERVICES_MODULE) == 0;
}

bool pamservices_opens(const struct pam_line *line)
{
	return pamservices_is_module(line) && pamstack_is_session(line) &&
	       !pamstack_has_argument(line, "close");
}

/* The files that are services: not what they include, nor what dpkg, rpm and editors leave. */
static int is_service(const struct dirent *entry)
{
	size_t length = strlen(entry->d_name);

	return entry->d_name[0] != '.' && entry->d_name[length - 1] != '~' &&
	       !strstr(entry->d_name, ".dpkg-") && !strstr(entry->d_name, ".rpm") &&
	       strncmp(entry->d_name, "common-", 7) != 0;
}

static void visit_service(const char *name, const char *file, struct report *report,
			  void (*visit)(const struct pam_stack *stack, void *data), void *data)
{
	cleanup(pamstack_clear) struct pam_stack stack = {0};
	char first[PATH_MAX];
	int result;

	/* The first directory that has the name counts. */
	if (!pamstack_find(name, first) || strcasecmp(first, file) != 0)
		return;
	result = pamstack_load(file, report, &stack);
	if (result == 0)
		visit(&stack, data);
	else if (report)
		report_say(report,
			   result == -EACCES && geteuid() != 0 ? SEVERITY_NOTE : SEVERITY_ERROR,
			   CODE_PAM_FILE, file, 0, "cannot be read: %s%s", strerror(-result),
			   result == -EACCES ? "; run this as root" : "");
}

void pamservices_each(struct report *report,
		      void (*visit)(const struct pam_stack *stack, void *data), void *data)
{
	for (size_t which = 0; pamstack_directories[which]; which++) {
		struct dirent **entries = NULL;
		int n = scandir(pamstack_directories[which], &entries, is_service, alphasort);

		for (int i = 0; i < n; i++) {
			char file[PATH_MAX];

			snprintf(file, sizeof(file), "%s/%s", pamstack_directories[which],
				 entries[i]->d_name);
			visit_service(entries[i]->d_name, file, report, visit, data);
			free(entries[i]);
		}
		free(entries);
	}
}

/* The value of ARGUMENT ("conf=") in LINE, the caller's to free; NULL where it has none. */
static char *copy_argument(const struct pam_line *line, const char *argument)
{
	size_t prefix = strlen(argument), length;
	const char *rest = line->arguments, *word;
	char *value = NULL;

	while (pamstack_next_argument(&rest, &word, &length)) {
		if (strncmp(word, argument, prefix) != 0)
			continue;
		free(value);
		value = strndup(word + prefix, length - prefix);
	}
	return value;
}

/* Whether LINE, which opens no session, has the module's name, or a missing one like it. */
static bool is_meant(const struct pam_line *line)
{
	struct nearest nearest;
	char path[PATH_MAX];

	if (pamservices_is_module(line))
		return true;
	if (pamstack_module_exists(line, path))
		return false;
	nearest_begin(&nearest, pamstack_module(line));
	nearest_consider(&nearest, PAMSERVICES_MODULE);
	return nearest.best[0] && nearest.distance <= MISSPELT_MAX;
}

static int add_wrong_line(struct pamservice *service, const struct pam_stack *stack)
{
	const char *file = stack->refused_file;

	service->wrong_line = stack->refused_line;
	for (size_t i = 0; !file && i < stack->n_lines; i++) {
		if (!is_meant(&stack->lines[i]))
			continue;
		file = stack->lines[i].file;
		service->wrong_line = stack->lines[i].number;
	}
	service->wrong_file = file ? strdup(file) : NULL;
	return !file || service->wrong_file ? 0 : -ENOMEM;
}

int pamservices_read_arguments(const struct pam_line *line, char **text,
			       struct arguments *arguments, struct error *error)
{
	const char *words[ARGUMENTS_MAX], *rest;
	size_t length;
	int n = 0;

	*text = strdup(line->arguments);
	if (!*text)
		return error_no_memory(error);
	rest = *text;
	while (n < ARGUMENTS_MAX && pamstack_next_argument(&rest, &words[n], &length)) {
		char *end = *text + (words[n++] - *text) + length;

		/* What ends it is no part of the next. */
		rest += *end && rest == end;
		*end = '\0';
	}
	return arguments_read(n, words, arguments, error);
}

static char *find_fault(const struct pam_line *line)
{
	cleanup(cleanup_free) char *text = NULL;
	struct arguments arguments;
	struct error error = {0};

	return pamservices_read_arguments(line, &text, &arguments, &error) < 0 ? strdup(error.words)
									       : NULL;
}

int pamservices_add(struct pamservices *services, const struct pam_stack *stack)
{
	struct pamservice *grown, service = {0};
	const struct pam_line *line = NULL;
	bool has_sessions = false;

	for (size_t i = 0; i < stack->n_lines; i++) {
		has_sessions = has_sessions || pamstack_is_session(&stack->lines[i]);
		if (!line && strcmp(pamstack_module(&stack->lines[i]), "pam_env.so") == 0 &&
		    pamstack_has_argument(&stack->lines[i], "user_readenv=1"))
			service.user_variables = true;
		if (!line && pamservices_opens(&stack->lines[i]))
			line = &stack->lines[i];
	}
	if (!has_sessions)
		return 0;
	service.service = strdup(stack->service);
	service.stack = strdup(stack->file);
	service.file = line ? strdup(line->file) : NULL;
	service.line = line ? line->number : 0;
	service.conf = line ? copy_argument(line, CONF_ARGUMENT) : NULL;
	service.tree = line ? copy_argument(line, TREE_ARGUMENT) : NULL;
	service.fault = line ? find_fault(line) : NULL;
	service.everyone = line && pamstack_has_argument(line, "everyone");
	if (!line && add_wrong_line(&service, stack) < 0)
		return -ENOMEM;
	grown = reallocarray(services->items, services->n_items + 1, sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	services->items = grown;
	grown[services->n_items++] = service;
	return service.service && service.stack && (!line || service.file) ? 0 : -ENOMEM;
}

static void add_stack(const struct pam_stack *stack, void *services)
{
	pamservices_add(services, stack);
}

void pamservices_load(struct pamservices *services)
{
	*services = (struct pamservices){0};
	pamservices_each(NULL, add_stack, services);
}

const struct pamservice *pamservices_find(const struct pamservices *services, const char *service)
{
	for (size_t i = 0; i < services->n_items; i++)
		if (strcasecmp(services->items[i].service, service) == 0)
			return &services->items[i];
	return NULL;
}

void pamservices_clear(struct pamservices *services)
{
	for (size_t i = 0; i < services->n_items; i++) {
		free(services->items[i].service);
		free(services->items[i].stack);
		free(services->items[i].file);
		free(services->items[i].wrong_file);
		free(services->items[i].conf);
		free(services->items[i].tree);
		free(services->items[i].fault);
	}
	free(services->items);
	*services = (struct pamservices){0};
}
