/* SPDX-License-Identifier: BSD-3-Clause */
#include "commandline.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "address.h"
#include "policy.h"
#include "printable.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define ALWAYS "hV"

static const struct choice {
	char letter;
	const char *name, *argument, *what;
} choices[] = {
	{'c', "conf", "FILE", "the policy to read; else " POLICY_FILE},
	{'s', "service", "NAME", "the PAM service that the user logs in by; else sshd"},
	{'f', "from", "ADDRESS", "the address that the user logs in from; else none"},
	{'y', "tty", "NAME", "the terminal that the user logs in on; else none"},
	{'e', "env", "NAME=VALUE", "a variable that PAM modules set at the login; may be repeated"},
	{'k', "keep-root", NULL, "stay root in the session, to look round"},
	{'K', "kernel", NULL, "look at what works on this kernel instead"},
	{'p', "pam", NULL, "look at PAM's stacks instead: at those of each SERVICE, or all"},
	{'r', "root", "DIRECTORY", "read policy, trees and users of this directory, and only read"},
	{'t', "no-try", NULL, "only read: do not build the trees and look at them from inside"},
	{'a', "all", NULL, "all users and services; all sessions"},
	{'u', "users", NULL, "with --all: a line for each user and service"},
	{'o', "output", "DIRECTORY", "write files there, and not to standard output"},
	{'j', "json", NULL, "print one JSON object"},
	{'n', "no-color", NULL, "no colour, on a terminal either"},
	{'h', "help", NULL, "print this"},
	{'V', "version", NULL, "print the version"},
};

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
	case 'f':
		options->from = optarg;
		break;
	case 'y':
		options->tty = optarg;
		break;
	case 'e':
		if (options->n_env + 1 < COUNT(options->env))
			options->env[options->n_env] = optarg;
		options->n_env++;
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
	case 'r':
		options->root = optarg;
		break;
	case 't':
		options->no_try = true;
		break;
	case 'a':
		options->all = true;
		break;
	case 'u':
		options->users = true;
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

/* Whether FROM is a mistyped address: no host has such a name. */
static bool is_mistyped_address(const char *from)
{
	struct address ignored;

	return (strchr(from, ':') || !from[strspn(from, "0123456789.")]) &&
	       !address_parse(from, &ignored);
}

/* As commandline_read(): what is wrong with an option's value; NULL for nothing. */
static const char *refuse_value(const struct options *options, const char **which)
{
	if (options->from && is_mistyped_address(options->from)) {
		*which = options->from;
		return "this is neither an address nor a host's name: ";
	}
	if (options->n_env >= COUNT(options->env)) {
		*which = "--env";
		return "no more than 32 times: ";
	}
	for (size_t i = 0; i < options->n_env; i++)
		if (!strchr(options->env[i], '=')) {
			*which = options->env[i];
			return "NAME=VALUE is wanted after --env, and this is none: ";
		}
	return NULL;
}

const char *commandline_read(int argc, char **argv, struct options *options, const char **which)
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
	return refuse_value(options, which);
}

const char *commandline_find_stray(const char *letters, const struct options *options)
{
	for (size_t i = 0; i < COUNT(choices); i++)
		if (strchr(options->given, choices[i].letter) &&
		    !strchr(letters, choices[i].letter) && !strchr(ALWAYS, choices[i].letter))
			return choices[i].name;
	return NULL;
}

static const struct choice *find_choice(char letter)
{
	for (size_t i = 0; i < COUNT(choices); i++)
		if (choices[i].letter == letter)
			return &choices[i];
	return NULL;
}

void commandline_print_brief(const char *letters, const char *known, unsigned column,
			     unsigned indent, unsigned width)
{
	for (; *letters; letters++) {
		const struct choice *choice = find_choice(*letters);
		char text[64];
		unsigned length;

		if (!choice || strstr(known, choice->name))
			continue;
		length = (unsigned)snprintf(text, sizeof(text), "[--%s%s%s]", choice->name,
					    choice->argument ? " " : "",
					    choice->argument ? choice->argument : "");
		if (column + 1 + length > width) {
			printf("\n%*s", (int)indent, "");
			column = indent - 1;
		} else {
			putchar(' ');
		}
		fputs(text, stdout);
		column += 1 + length;
	}
}

void commandline_print_options(const char *letters, unsigned width)
{
	for (size_t i = 0; i < COUNT(choices); i++) {
		const struct choice *choice = &choices[i];
		const char *argument = choice->argument ? choice->argument : "";

		unsigned column;

		if (!strchr(letters, choice->letter) && !strchr(ALWAYS, choice->letter))
			continue;
		column = (unsigned)printf("  --%s %-*s ", choice->name,
					  (int)(14 - strlen(choice->name)), argument);
		printable_wrapped(stdout, choice->what, column, column, width);
	}
}

int commandline_take_command(int argc, char **argv, struct options *options)
{
	for (int i = 1; i < argc; i++)
		if (strcmp(argv[i], "--") == 0) {
			argv[i] = NULL;
			options->command = argv + i + 1;
			return i;
		}
	return argc;
}
