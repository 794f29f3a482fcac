/* SPDX-License-Identifier: BSD-3-Clause */
/* The options of the nstree command: reading them (getopt_long(3)), and the part of the usage. */
#ifndef NSTREE_COMMANDLINE_H
#define NSTREE_COMMANDLINE_H

#include <stdbool.h>
#include <stddef.h>

struct options {
	const char *file; /* NULL: the installed policy */
	const char *service;
	const char *from, *tty; /* PAM_RHOST and PAM_TTY; NULL for none */
	/* Variables of the PAM environment, to a NULL; N_ENV of them were given, which may be more.
	 */
	char *env[33];
	size_t n_env;
	char **command; /* what stands after "--", NULL for nothing */
	bool keep_root;
	const char *output; /* a directory; NULL: standard output */
	bool kernel, pam;   /* what check is to look at in place of the policy */
	const char *root;   /* a directory with the policy to check; NULL: this machine's */
	bool no_try;	    /* check only reads */
	bool all, users;    /* what explain and list are to look at */
	bool json;
	bool no_color;
	bool help;
	bool version;
	char given[32]; /* the letters of all that were given */
};

/*
 * Reads the options of ARGV into OPTIONS and puts them before the arguments, as getopt_long(3)
 * does. Returns NULL, or what is wrong with an option, with *WHICH it is.
 */
const char *commandline_read(int argc, char **argv, struct options *options, const char **which);

/* Cuts off "--" and the command after it. Returns the new number of arguments. */
int commandline_take_command(int argc, char **argv, struct options *options);

/*
 * The name of an option that was given and is not among LETTERS, those that a command has besides
 * --help and --version; NULL for none.
 */
const char *commandline_find_stray(const char *letters, const struct options *options);

/*
 * Prints the options of LETTERS as a synopsis has them, but for those that KNOWN has already.
 * COLUMN is where the line stands; further lines begin at INDENT. No line is longer than WIDTH.
 */
void commandline_print_brief(const char *letters, const char *known, unsigned column,
			     unsigned indent, unsigned width);

/* Prints each option of LETTERS, and --help and --version, in lines of at most WIDTH. */
void commandline_print_options(const char *letters, unsigned width);

#endif
