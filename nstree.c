/* SPDX-License-Identifier: BSD-3-Clause */
/* The nstree command: see a policy before anyone logs in. nstree(8) is the manual. */
#include <errno.h>
#include <getopt.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "cleanup.h"
#include "explain.h"
#include "import.h"
#include "kernelcheck.h"
#include "pamcheck.h"
#include "policy.h"
#include "report.h"
#include "screen.h"

enum status { STATUS_GOOD = 0, STATUS_BAD = 1, STATUS_USAGE = 2 };

struct options {
	const char *file; /* NULL: the installed policy */
	const char *service;
	const char *output; /* a directory; NULL: standard output */
	bool kernel, pam;   /* what check is to look at in place of the policy */
	bool json;
	bool no_color;
	bool help;
	bool version;
};

struct command {
	const char *name, *arguments, *what;
	int n_arguments; /* -1: the command looks for itself */
	int (*run)(const struct options *options, char **arguments);
};

static int say_failure(const struct error *error)
{
	char text[sizeof(error->file) + sizeof(error->words) + 16];

	fputs("nstree: ", stderr);
	screen_text(stderr, error_text(error, text, sizeof(text)));
	fputc('\n', stderr);
	return STATUS_BAD;
}

static int say_usage(const char *what, const char *which)
{
	fprintf(stderr, "nstree: %s", what);
	if (which)
		screen_text(stderr, which);
	fputs("; nstree --help lists what there is\n", stderr);
	return STATUS_USAGE;
}

static bool has_color(const struct options *options)
{
	return !options->no_color && screen_has_color(stdout);
}

static int run_kernel_check(const struct options *options)
{
	int refused = kernel_check(stdout, options->json, has_color(options));

	if (refused > 0)
		return say_failure(&(struct error){.words = "not all of it is told to others than "
							    "root: run this as root"});
	return refused < 0 ? STATUS_BAD : STATUS_GOOD;
}

static int run_pam_check(const struct options *options, char **files)
{
	struct report *report = report_new();
	struct doors doors;
	unsigned errors;

	if (!report)
		return say_failure(&(struct error){.words = "out of memory"});
	pam_check(files, report, &doors);
	errors = report_count(report, SEVERITY_ERROR);
	if (pam_check_print(report, &doors, stdout, options->json, has_color(options)) < 0)
		errors = 1;
	doors_clear(&doors);
	report_free(report);
	return errors ? STATUS_BAD : STATUS_GOOD;
}

static int run_check(const struct options *options, char **arguments)
{
	struct report *report;
	unsigned errors, warnings;

	if (options->pam && !options->kernel)
		return run_pam_check(options, arguments);
	if (arguments[0])
		return say_usage("no argument is wanted after ", "check");
	if (options->kernel)
		return run_kernel_check(options);
	report = report_new();
	if (!report)
		return say_failure(&(struct error){.words = "out of memory"});
	check_policy(options->file ? options->file : POLICY_FILE, !options->file, report);
	errors = report_count(report, SEVERITY_ERROR);
	warnings = report_count(report, SEVERITY_WARNING);
	if (options->json) {
		report_print_json(report, stdout);
	} else {
		report_print(report, stdout, !options->no_color && screen_has_color(stdout));
		printf("%u error%s, %u warning%s\n", errors, errors == 1 ? "" : "s", warnings,
		       warnings == 1 ? "" : "s");
	}
	report_free(report);
	return errors ? STATUS_BAD : STATUS_GOOD;
}

static int run_explain(const struct options *options, char **arguments)
{
	struct error error = {0};
	int result = explain_session(
		&(struct explain_options){.file = options->file ? options->file : POLICY_FILE,
					  .user = arguments[0],
					  .service = options->service ? options->service : "sshd",
					  .json = options->json,
					  .color = !options->no_color && screen_has_color(stdout)},
		&error);

	return result < 0 ? say_failure(&error) : result;
}

static int run_import(const struct options *options, char **arguments)
{
	struct report *report = report_new();
	struct error error = {0};
	int status;

	if (!report)
		return say_failure(&(struct error){.words = "out of memory"});
	if (import_policy(arguments[0], options->output, report, &error) < 0)
		status = say_failure(&error);
	else if (report_count(report, SEVERITY_ERROR) || report_count(report, SEVERITY_WARNING))
		status = STATUS_BAD;
	else
		status = STATUS_GOOD;
	if (options->json)
		report_print_json(report, stderr);
	else
		report_print(report, stderr, !options->no_color && screen_has_color(stderr));
	report_free(report);
	return status;
}

static const struct command commands[] = {
	{"check", "[--conf FILE] | --kernel | --pam [FILE...]",
	 "read the whole policy and every tree it names; or what works on this kernel; or PAM's "
	 "stacks",
	 -1, run_check},
	{"explain", "USER [--service NAME] [--conf FILE]",
	 "show which rule a user gets, and the tree as it would be", 1, run_explain},
	{"import", "FILE [--output DIRECTORY]",
	 "turn a namespace.conf of pam_namespace into rules and trees", 1, run_import},
};

static void print_usage(FILE *stream)
{
	fputs("Usage:\n", stream);
	for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++)
		fprintf(stream, "  nstree %s %s [--json] [--no-color]\n      %s\n",
			commands[i].name, commands[i].arguments, commands[i].what);
	fputs("  nstree --help | --version\n\nnstree(8) is the manual.\n", stream);
}

/* Returns false for an option that there is not. */
static bool read_options(int argc, char **argv, struct options *options)
{
	static const struct option known[] = {
		{"conf", required_argument, NULL, 'c'},	  {"service", required_argument, NULL, 's'},
		{"output", required_argument, NULL, 'o'}, {"kernel", no_argument, NULL, 'k'},
		{"pam", no_argument, NULL, 'p'},	  {"json", no_argument, NULL, 'j'},
		{"no-color", no_argument, NULL, 'n'},	  {"help", no_argument, NULL, 'h'},
		{"version", no_argument, NULL, 'V'},	  {NULL, 0, NULL, 0},
	};

	for (int c; (c = getopt_long(argc, argv, "hV", known, NULL)) != -1;) {
		switch (c) {
		case 'c':
			options->file = optarg;
			break;
		case 's':
			options->service = optarg;
			break;
		case 'o':
			options->output = optarg;
			break;
		case 'k':
			options->kernel = true;
			break;
		case 'p':
			options->pam = true;
			break;
		case 'j':
			options->json = true;
			break;
		case 'n':
			options->no_color = true;
			break;
		case 'h':
			options->help = true;
			break;
		case 'V':
			options->version = true;
			break;
		default:
			return false;
		}
	}
	return true;
}

static const struct command *find_command(const char *name)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++)
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	return NULL;
}

int main(int argc, char **argv)
{
	cleanup(cleanup_free) char *absolute = NULL;
	const struct command *command;
	struct options options = {0};

	setlocale(LC_ALL, "");
	if (!read_options(argc, argv, &options))
		return STATUS_USAGE;
	if (options.help) {
		print_usage(stdout);
		return STATUS_GOOD;
	}
	if (options.version) {
		puts("nstree " VERSION);
		return STATUS_GOOD;
	}
	if (optind == argc)
		return say_usage("no command", NULL);
	command = find_command(argv[optind]);
	if (!command)
		return say_usage("no such command: ", argv[optind]);
	if (command->n_arguments >= 0 && argc - optind - 1 != command->n_arguments)
		return say_usage(!command->n_arguments	      ? "no argument is wanted after "
				 : command->run == run_import ? "one FILE is wanted after "
							      : "one USER is wanted after ",
				 command->name);
	if (options.file && !(options.file = absolute = realpath(options.file, NULL)))
		return say_usage("no such file: ", strerror(errno));
	return command->run(&options, argv + optind + 1);
}
