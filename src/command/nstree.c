/* SPDX-License-Identifier: BSD-3-Clause */
/* The nstree command. nstree(8) is the manual. */
#include <errno.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "check_kernel.h"
#include "check_names.h"
#include "check_pam.h"
#include "check_root.h"
#include "clean.h"
#include "cleanup.h"
#include "commandline.h"
#include "explain.h"
#include "explain_all.h"
#include "help.h"
#include "import.h"
#include "import_bwrap.h"
#include "list.h"
#include "policy.h"
#include "policydiff.h"
#include "printable.h"
#include "refresh.h"
#include "report.h"
#include "run.h"

enum status { STATUS_GOOD = 0, STATUS_BAD = 1, STATUS_USAGE = 2 };

/* Whether "-- COMMAND" may follow, after the arguments or in place of them. */
enum dashes { DASHES_NONE, DASHES_AFTER, DASHES_INSTEAD };

struct command {
	const char *name, *arguments, *what;
	const char *letters; /* of the options that it has, besides --help and --version */
	int least, most;     /* arguments */
	enum dashes dashes;
	int (*run)(const struct options *options, char **arguments);
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static int print_failure(const struct error *error)
{
	char text[ERROR_TEXT_SIZE];

	fputs("nstree: ", stderr);
	printable_text(stderr, error_text(error, text));
	fputc('\n', stderr);
	return STATUS_BAD;
}

/* With --json the failure is JSON as well, on standard output. */
static int print_failed(const struct options *options, enum error_code code,
			const struct error *error)
{
	struct report *report = options->json ? report_new() : NULL;
	struct error ignored = {0};

	if (!report)
		return print_failure(error);
	report_add(report, SEVERITY_ERROR, code, error);
	printable_print_json(json_pack("{s:o}", "findings", report_findings_json(report)), stdout,
			     &ignored);
	report_free(report);
	return STATUS_BAD;
}

static bool wants_color(const struct options *options)
{
	return !options->no_color && printable_has_color(stdout);
}

/* A missing service is only a warning here: a policy may be written before it is installed. */
static void warn_service(const char *service)
{
	struct error error = {0};

	if (!service || check_service(service, &error) == 0)
		return;
	fputs("nstree: warning: ", stderr);
	printable_text(stderr, error.words);
	fputc('\n', stderr);
}

static int run_kernel_check(const struct options *options)
{
	int refused = check_kernel(stdout, options->json, wants_color(options));

	if (refused > 0)
		return print_failure(&(struct error){.words =
							     "not all of it is told to others than "
							     "root: run this as root"});
	return refused < 0 ? STATUS_BAD : STATUS_GOOD;
}

static int run_pam_check(const struct options *options, char **files)
{
	struct report *report = report_new();
	struct pamservices services;
	unsigned errors;

	if (!report)
		return print_failure(&(struct error){.words = "out of memory"});
	check_pam(files, report, &services);
	errors = report_count(report, SEVERITY_ERROR);
	if (check_pam_print(report, &services, stdout, options->json, wants_color(options)) < 0)
		errors = 1;
	pamservices_clear(&services);
	report_free(report);
	return errors ? STATUS_BAD : STATUS_GOOD;
}

/* TREE is NULL for the whole policy. */
static int run_policy_check(const struct options *options, const char *tree)
{
	struct report *report = report_new();
	unsigned errors;

	if (!report)
		return print_failure(&(struct error){.words = "out of memory"});
	if (options->root)
		check_root_directory(options->root, tree, report);
	else if (tree)
		check_tree(tree, !options->no_try, report);
	else
		check_policy(options->file ? options->file : POLICY_FILE, !options->file,
			     !options->no_try, report);
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
	return options->pam ? run_pam_check(options, arguments)
			    : run_policy_check(options, arguments[0]);
}

static int run_explain_all(const struct options *options)
{
	struct error error = {0};
	int result = explain_all(
		&(struct explain_all_options){.file = options->file ? options->file : POLICY_FILE,
					      .installed = !options->file,
					      .from = options->from,
					      .tty = options->tty,
					      .users = options->users,
					      .json = options->json,
					      .color = wants_color(options)},
		&error);

	return result < 0 ? print_failed(options, CODE_NOT_CHECKED, &error) : result;
}

static int run_explain(const struct options *options, char **arguments)
{
	struct error error = {0};
	int result;

	if (options->all)
		return run_explain_all(options);
	warn_service(options->service);
	result = explain_session(
		&(struct explain_options){.file = options->file ? options->file : POLICY_FILE,
					  .installed = !options->file,
					  .user = arguments[0],
					  .service = options->service ? options->service : "sshd",
					  .from = options->from,
					  .tty = options->tty,
					  .env = options->n_env ? options->env : NULL,
					  .json = options->json,
					  .color = wants_color(options)},
		&error);
	return result < 0 ? print_failed(options, CODE_NOT_CHECKED, &error) : result;
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
				      .from = options->from,
				      .tty = options->tty,
				      .env = options->env,
				      .keep_root = options->keep_root,
				      .command = options->command},
		&error);
	return result < 0 ? print_failure(&error) : result;
}

static int run_diff(const struct options *options, char **arguments)
{
	return policydiff_print(&(struct policydiff_options){.old = arguments[0],
							     .new = arguments[1],
							     .from = options->from,
							     .tty = options->tty,
							     .json = options->json,
							     .color = wants_color(options)});
}

static int run_list(const struct options *options, char **arguments)
{
	struct error error = {0};

	(void)arguments;
	return list_sessions(options->all, options->json, wants_color(options), &error) < 0
		       ? print_failed(options, CODE_LIVE_SESSIONS, &error)
		       : STATUS_GOOD;
}

static int run_show(const struct options *options, char **arguments)
{
	struct error error = {0};
	int result = list_show(arguments[0], options->json, wants_color(options), &error);

	return result < 0 ? print_failed(options, CODE_LIVE_SESSIONS, &error) : STATUS_GOOD;
}

static int run_refresh(const struct options *options, char **arguments)
{
	struct error error = {0};
	int result = refresh_sessions(arguments[0], options->json, wants_color(options), &error);

	return result < 0 ? print_failed(options, CODE_LIVE_SESSIONS, &error) : result;
}

static int run_clean(const struct options *options, char **arguments)
{
	struct error error = {0};
	int result = clean_directories(&error);

	(void)options;
	(void)arguments;
	return result < 0 ? print_failure(&error) : result;
}

static int run_import(const struct options *options, char **arguments)
{
	struct report *report = report_new();
	struct error error = {0};
	int status, result;

	if (!report)
		return print_failure(&(struct error){.words = "out of memory"});
	result = options->command
			 ? import_bwrap(NULL, options->command, options->output, report, &error)
			 : import_policy(arguments[0], options->output, report, &error);
	if (result < 0)
		status = print_failure(&error);
	else if (report_count(report, SEVERITY_ERROR) || report_count(report, SEVERITY_WARNING))
		status = STATUS_BAD;
	else
		status = STATUS_GOOD;
	if (options->json)
		report_print_json(report, stderr);
	else
		report_print(report, SEVERITY_ALL, stderr,
			     !options->no_color && printable_has_color(stderr));
	report_free(report);
	return status;
}

static int run_help(const struct options *options, char **arguments);

static const struct command commands[] = {
	{"check", " [TREE | --pam [SERVICE|FILE...]]",
	 "read the whole policy and every tree it names, and try these", "crKptjn", 0, 1,
	 DASHES_NONE, run_check},
	{"explain", " USER | --all [--users]",
	 "show which rule a user gets, and the tree as it would be; or what everyone gets",
	 "sfyecaujn", 1, 1, DASHES_NONE, run_explain},
	{"diff", " OLD NEW", "show whose session changes from one policy to another, and how",
	 "fyjn", 2, 2, DASHES_NONE, run_diff},
	{"run", " USER", "open that user's session here and now, and run a command in it", "sfyeck",
	 1, 1, DASHES_AFTER, run_run},
	{"list", "", "list the live sessions; with --all also those on the host's tree", "ajn", 0,
	 0, DASHES_NONE, run_list},
	{"show", " NAMESPACE|PID|USER", "show the mounts of a live session", "jn", 1, 1,
	 DASHES_NONE, run_show},
	{"refresh", " [NAMESPACE|PID|USER]", "update the mounts of live sessions to the policy",
	 "jn", 0, 1, DASHES_NONE, run_refresh},
	{"clean", "", "take away directories that ended sessions have left (x-nstree.remove)", "",
	 0, 0, DASHES_NONE, run_clean},
	{"import", " FILE | -- bwrap OPTION...",
	 "turn what other programs are told (pam_namespace, sshd, bwrap, firejail, jailkit) "
	 "into rules and trees",
	 "ojn", 1, 1, DASHES_INSTEAD, run_import},
	{"help", " [COMMAND | CODE | codes]",
	 "tell more of a command, of the code that a message ends with, or of all codes", "n", 0, 1,
	 DASHES_NONE, run_help},
};

static unsigned usage_width(void)
{
	unsigned width = printable_width(stdout);

	return width ? width : 80;
}

static void print_synopsis(const struct command *command)
{
	int column = printf("  nstree %s%s", command->name, command->arguments);

	/* Options in `arguments` are printed there. */
	commandline_print_brief(command->letters, command->arguments, (unsigned)column, 10,
				usage_width());
	printf("%s\n      ", command->dashes == DASHES_AFTER ? " [-- COMMAND...]" : "");
	printable_wrapped(stdout, command->what, 6, 6, usage_width());
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
	if (command)
		commandline_print_options(command->letters, usage_width());
	puts("\nnstree(8) is the manual.");
}

static int print_usage_error(const struct command *command, const char *what, const char *which)
{
	fprintf(stderr, "nstree: %s", what);
	if (which)
		printable_text(stderr, which);
	fprintf(stderr, "; nstree %s%s--help lists what there is\n", command ? command->name : "",
		command ? " " : "");
	return STATUS_USAGE;
}

static const struct command *find_command(const char *name)
{
	for (size_t i = 0; i < COUNT(commands); i++)
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	return NULL;
}

static int run_help(const struct options *options, char **arguments)
{
	const struct command *command = arguments[0] ? find_command(arguments[0]) : NULL;

	if (command || !arguments[0])
		print_usage(command);
	else if (strcmp(arguments[0], "codes") == 0)
		help_print_codes(wants_color(options));
	else if (!help_print_code(arguments[0], wants_color(options)))
		return print_usage_error(find_command("help"),
					 "no such command or code: ", arguments[0]);
	return STATUS_GOOD;
}

static int print_argument_error(const struct command *command, char **arguments, int n)
{
	const char *other = strstr(command->arguments, " | ");
	char missing[64];

	/* Not the other form, which has an option instead. */
	snprintf(missing, sizeof(missing), "no%.*s is given to ",
		 (int)(other ? other - command->arguments : (ptrdiff_t)strlen(command->arguments)),
		 command->arguments);
	if (n < command->least)
		return print_usage_error(command, missing, command->name);
	if (command->dashes == DASHES_AFTER)
		return print_usage_error(
			command, "-- is wanted before the command: ", arguments[command->most]);
	return print_usage_error(command, "one argument too many: ", arguments[command->most]);
}

/* Checks the rest of the command line and runs COMMAND. */
static int run_command(const struct command *command, struct options *options, char **arguments,
		       int n)
{
	cleanup(cleanup_free) char *absolute = NULL;
	const char *stray = commandline_find_stray(command->letters, options);
	int status;

	if (options->help) {
		print_usage(command);
		return STATUS_GOOD;
	}
	if (stray)
		return print_usage_error(command, "there is no such option here: --", stray);
	if (options->kernel && options->pam)
		return print_usage_error(command, "--kernel and --pam are two questions", NULL);
	if (options->root && (options->file || options->kernel || options->pam))
		return print_usage_error(command, "--root has a policy of its own, and no kernel",
					 NULL);
	if (options->kernel && n > 0)
		return print_usage_error(command, "--kernel is about no tree: ", arguments[0]);
	if (options->users && !options->all)
		return print_usage_error(command, "--users wants --all", NULL);
	if (options->all && options->service)
		return print_usage_error(command, "--all is for every service: no --service", NULL);
	if (options->all && n > 0)
		return print_usage_error(command, "--all is for every user: no ", arguments[0]);
	if (options->command && command->dashes == DASHES_INSTEAD && n > 0)
		return print_usage_error(command, "a command after -- is in place of ",
					 arguments[0]);
	if (options->command && command->dashes == DASHES_INSTEAD)
		n = command->least;
	/* The arguments of check --pam are services. */
	if ((n < command->least && !options->all) || (n > command->most && !options->pam))
		return print_argument_error(command, arguments, n);
	if (options->command && command->dashes == DASHES_NONE)
		return print_usage_error(command, "no COMMAND is run by ", command->name);
	if (options->command && !options->command[0])
		return print_usage_error(command, "no COMMAND follows --", NULL);
	if (options->file && !(absolute = realpath(options->file, NULL)))
		return print_usage_error(command,
					 "the file of --conf cannot be read: ", strerror(errno));
	options->file = absolute;
	status = command->run(options, arguments);
	if (fflush(stdout) != 0)
		return print_failure(&(struct error){.words = "standard output cannot be written"});
	return status;
}

int main(int argc, char **argv)
{
	const struct command *command = NULL;
	struct options options = {0};
	const char *which = NULL, *wrong;

	setlocale(LC_ALL, "");
	argc = commandline_take_command(argc, argv, &options);
	wrong = commandline_read(argc, argv, &options, &which);
	if (optind < argc)
		command = find_command(argv[optind]);
	if (wrong)
		return print_usage_error(NULL, wrong, which);
	if (options.version) {
		puts("nstree " VERSION);
		return STATUS_GOOD;
	}
	if (optind < argc && !command)
		return print_usage_error(NULL, "no such command: ", argv[optind]);
	if (!command && options.help) {
		print_usage(NULL);
		return STATUS_GOOD;
	}
	if (!command)
		return print_usage_error(NULL, "no command", NULL);
	return run_command(command, &options, argv + optind + 1, argc - optind - 1);
}
