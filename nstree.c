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
#include "list.h"
#include "pamcheck.h"
#include "policy.h"
#include "refresh.h"
#include "report.h"
#include "run.h"
#include "screen.h"

enum status { STATUS_GOOD = 0, STATUS_BAD = 1, STATUS_USAGE = 2 };

struct options {
	const char *file; /* NULL: the installed policy */
	const char *service;
	char **command; /* what stands after "--", NULL for nothing */
	bool keep_root;
	const char *output; /* a directory; NULL: standard output */
	bool kernel, pam;   /* what check is to look at in place of the policy */
	bool json;
	bool no_color;
	bool help;
	bool version;
	char given[32]; /* the letters of all that were given */
};

struct command {
	const char *name, *arguments, *what;
	const char *letters; /* of the options that it has, besides --help and --version */
	int least, most;     /* arguments */
	bool runs;	     /* whether "-- COMMAND" may follow */
	int (*run)(const struct options *options, char **arguments);
};

static const struct choice {
	char letter;
	const char *name, *argument, *what;
} choices[] = {
	{'c', "conf", "FILE", "the policy to read; else " POLICY_FILE},
	{'s', "service", "NAME", "the PAM service that the user logs in by; else sshd"},
	{'k', "keep-root", NULL, "stay root in the session, to look round"},
	{'K', "kernel", NULL, "look at what works on this kernel instead"},
	{'p', "pam", NULL, "look at PAM's stacks instead: at those of each FILE, or all"},
	{'o', "output", "DIRECTORY", "write files there, and not to standard output"},
	{'j', "json", NULL, "print one JSON object"},
	{'n', "no-color", NULL, "no colour, on a terminal either"},
	{'h', "help", NULL, "print this"},
	{'V', "version", NULL, "print the version"},
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define ALWAYS "hV"

static int say_failure(const struct error *error)
{
	char text[ERROR_TEXT_SIZE];

	fputs("nstree: ", stderr);
	screen_text(stderr, error_text(error, text));
	fputc('\n', stderr);
	return STATUS_BAD;
}

static bool wants_color(const struct options *options)
{
	return !options->no_color && screen_has_color(stdout);
}

/* A service that PAM does not know is nobody's login, but a policy may be written before it is. */
static void warn_service(const char *service)
{
	struct error error = {0};

	if (!service || check_service(service, &error) == 0)
		return;
	fputs("nstree: warning: ", stderr);
	screen_text(stderr, error.words);
	fputc('\n', stderr);
}

static int run_kernel_check(const struct options *options)
{
	int refused = kernel_check(stdout, options->json, wants_color(options));

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
	if (pam_check_print(report, &doors, stdout, options->json, wants_color(options)) < 0)
		errors = 1;
	doors_clear(&doors);
	report_free(report);
	return errors ? STATUS_BAD : STATUS_GOOD;
}

static int run_policy_check(const struct options *options)
{
	struct report *report = report_new();
	unsigned errors;

	if (!report)
		return say_failure(&(struct error){.words = "out of memory"});
	check_policy(options->file ? options->file : POLICY_FILE, !options->file, report);
	errors = report_count(report, SEVERITY_ERROR);
	if (options->json) {
		report_print_json(report, stdout);
	} else {
		report_print(report, SEVERITY_ALL, stdout, wants_color(options));
		report_print_counts(report, stdout);
	}
	report_free(report);
	return errors ? STATUS_BAD : STATUS_GOOD;
}

static int run_check(const struct options *options, char **arguments)
{
	if (options->kernel)
		return run_kernel_check(options);
	return options->pam ? run_pam_check(options, arguments) : run_policy_check(options);
}

static int run_explain(const struct options *options, char **arguments)
{
	struct error error = {0};
	int result;

	warn_service(options->service);
	result = explain_session(
		&(struct explain_options){.file = options->file ? options->file : POLICY_FILE,
					  .installed = !options->file,
					  .user = arguments[0],
					  .service = options->service ? options->service : "sshd",
					  .json = options->json,
					  .color = wants_color(options)},
		&error);
	return result < 0 ? say_failure(&error) : result;
}

static int run_run(const struct options *options, char **arguments)
{
	struct error error = {0};
	int result;

	warn_service(options->service);
	result = run_session(
		&(struct run_options){.file = options->file ? options->file : POLICY_FILE,
				      .user = arguments[0],
				      .service = options->service ? options->service : "sshd",
				      .keep_root = options->keep_root,
				      .command = options->command},
		&error);
	return result < 0 ? say_failure(&error) : result;
}

static int run_list(const struct options *options, char **arguments)
{
	struct error error = {0};

	(void)arguments;
	return list_sessions(options->json, wants_color(options), &error) < 0 ? say_failure(&error)
									      : STATUS_GOOD;
}

static int run_show(const struct options *options, char **arguments)
{
	struct error error = {0};
	int result = list_show(arguments[0], options->json, wants_color(options), &error);

	return result < 0 ? say_failure(&error) : STATUS_GOOD;
}

static int run_refresh(const struct options *options, char **arguments)
{
	struct error error = {0};
	int result = refresh_sessions(arguments[0], options->json, wants_color(options), &error);

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
		report_print(report, SEVERITY_ALL, stderr,
			     !options->no_color && screen_has_color(stderr));
	report_free(report);
	return status;
}

static const struct command commands[] = {
	{"check", " [--pam [FILE...]]", "read the whole policy and every tree it names", "cKpjn", 0,
	 0, false, run_check},
	{"explain", " USER", "show which rule a user gets, and the tree as it would be", "scjn", 1,
	 1, false, run_explain},
	{"run", " USER", "open that user's session here and now, and run a command in it", "sck", 1,
	 1, true, run_run},
	{"list", "", "list the living sessions", "jn", 0, 0, false, run_list},
	{"show", " NAMESPACE|PID|USER", "show the mounts of a living session", "jn", 1, 1, false,
	 run_show},
	{"refresh", " [NAMESPACE|PID|USER]", "bring living sessions to what the policy says now",
	 "jn", 0, 1, false, run_refresh},
	{"import", " FILE", "turn a namespace.conf of pam_namespace into rules and trees", "ojn", 1,
	 1, false, run_import},
};

static void print_synopsis(const struct command *command)
{
	printf("  nstree %s%s", command->name, command->arguments);
	for (const char *letter = command->letters; *letter; letter++)
		for (size_t i = 0; i < COUNT(choices); i++)
			/* What takes arguments of its own stands with them. */
			if (choices[i].letter == *letter &&
			    !strstr(command->arguments, choices[i].name))
				printf(choices[i].argument ? " [--%s %s]" : " [--%s]",
				       choices[i].name, choices[i].argument);
	printf("%s\n      %s\n", command->runs ? " [-- COMMAND...]" : "", command->what);
}

/* The usage of COMMAND, or of all for NULL. */
static void print_usage(const struct command *command)
{
	puts("Usage:");
	for (size_t i = 0; i < COUNT(commands); i++)
		if (!command || command == &commands[i])
			print_synopsis(&commands[i]);
	if (!command)
		puts("  nstree COMMAND --help\n  nstree --help | --version");
	else
		puts("\nOptions:");
	for (size_t i = 0; command && i < COUNT(choices); i++) {
		const struct choice *choice = &choices[i];
		const char *argument = choice->argument ? choice->argument : "";

		if (strchr(command->letters, choice->letter) || strchr(ALWAYS, choice->letter))
			printf("  --%s %-*s %s\n", choice->name, (int)(14 - strlen(choice->name)),
			       argument, choice->what);
	}
	puts("\nnstree(8) is the manual.");
}

static int say_usage(const struct command *command, const char *what, const char *which)
{
	fprintf(stderr, "nstree: %s", what);
	if (which)
		screen_text(stderr, which);
	fprintf(stderr, "; nstree %s%s--help lists what there is\n", command ? command->name : "",
		command ? " " : "");
	return STATUS_USAGE;
}

static void take_option(int letter, struct options *options)
{
	size_t length = strlen(options->given);

	if (!strchr(options->given, letter) && length + 1 < sizeof(options->given))
		options->given[length] = (char)letter;
	switch (letter) {
	case 'c':
		options->file = optarg;
		break;
	case 's':
		options->service = optarg;
		break;
	case 'k':
		options->keep_root = true;
		break;
	case 'K':
		options->kernel = true;
		break;
	case 'p':
		options->pam = true;
		break;
	case 'o':
		options->output = optarg;
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
	}
}

/* Returns what is wrong with an option, with *WHICH it is; or NULL. */
static const char *read_options(int argc, char **argv, struct options *options, const char **which)
{
	struct option known[COUNT(choices) + 1] = {0};

	for (size_t i = 0; i < COUNT(choices); i++)
		known[i] = (struct option){choices[i].name,
					   choices[i].argument ? required_argument : no_argument,
					   NULL, choices[i].letter};
	opterr = 0;
	for (int c; (c = getopt_long(argc, argv, ":hV", known, NULL)) != -1;) {
		if (c != '?' && c != ':') {
			take_option(c, options);
			continue;
		}
		*which = argv[optind - 1];
		return c == ':' ? "a value is wanted after " : "no such option: ";
	}
	return NULL;
}

static const struct command *find_command(const char *name)
{
	for (size_t i = 0; i < COUNT(commands); i++)
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	return NULL;
}

/* The name of an option that was given and that COMMAND does not have; NULL for none. */
static const char *find_stray(const struct command *command, const struct options *options)
{
	for (size_t i = 0; i < COUNT(choices); i++)
		if (strchr(options->given, choices[i].letter) &&
		    !strchr(command->letters, choices[i].letter) &&
		    !strchr(ALWAYS, choices[i].letter))
			return choices[i].name;
	return NULL;
}

static int say_arguments(const struct command *command, char **arguments, int n)
{
	char missing[64];

	snprintf(missing, sizeof(missing), "no%s is given to ", command->arguments);
	if (n < command->least)
		return say_usage(command, missing, command->name);
	if (command->runs)
		return say_usage(command,
				 "-- is wanted before the command: ", arguments[command->most]);
	return say_usage(command, "one argument too many: ", arguments[command->most]);
}

/* What is on the command line but the command's own name, checked; then the command. */
static int start(const struct command *command, struct options *options, char **arguments, int n)
{
	cleanup(cleanup_free) char *absolute = NULL;
	const char *stray = find_stray(command, options);
	int status;

	if (options->help) {
		print_usage(command);
		return STATUS_GOOD;
	}
	if (stray)
		return say_usage(command, "there is no such option here: --", stray);
	if (options->kernel && options->pam)
		return say_usage(command, "--kernel and --pam are two questions", NULL);
	/* The FILEs of check are stacks. */
	if (n < command->least || (n > command->most && !options->pam))
		return say_arguments(command, arguments, n);
	if (options->command && !command->runs)
		return say_usage(command, "no COMMAND is run by ", command->name);
	if (options->command && !options->command[0])
		return say_usage(command, "no COMMAND follows --", NULL);
	if (options->file && !(absolute = realpath(options->file, NULL)))
		return say_usage(command, "the file of --conf cannot be read: ", strerror(errno));
	options->file = absolute;
	status = command->run(options, arguments);
	if (fflush(stdout) != 0)
		return say_failure(&(struct error){.words = "standard output cannot be written"});
	return status;
}

/* Cuts off "--" and what follows, which is another program's; returns how many are left. */
static int take_command(int argc, char **argv, struct options *options)
{
	for (int i = 1; i < argc; i++)
		if (strcmp(argv[i], "--") == 0) {
			argv[i] = NULL;
			options->command = argv + i + 1;
			return i;
		}
	return argc;
}

int main(int argc, char **argv)
{
	const struct command *command = NULL;
	struct options options = {0};
	const char *which = NULL, *wrong;

	setlocale(LC_ALL, "");
	argc = take_command(argc, argv, &options);
	wrong = read_options(argc, argv, &options, &which);
	if (optind < argc)
		command = find_command(argv[optind]);
	if (wrong)
		return say_usage(NULL, wrong, which);
	if (options.version) {
		puts("nstree " VERSION);
		return STATUS_GOOD;
	}
	if (optind < argc && !command)
		return say_usage(NULL, "no such command: ", argv[optind]);
	if (!command && options.help) {
		print_usage(NULL);
		return STATUS_GOOD;
	}
	if (!command)
		return say_usage(NULL, "no command", NULL);
	return start(command, &options, argv + optind + 1, argc - optind - 1);
}
