/* SPDX-License-Identifier: BSD-3-Clause */
/* A PAM stack, read as libpam reads it (pam.conf(5)): one service's lines, includes resolved. */
#ifndef NSTREE_PAMSTACK_H
#define NSTREE_PAMSTACK_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#include "report.h"

/* Where libpam looks for a service's file, in this order; NULL after the last. */
extern const char *const pamstack_directories[];

/* One line, whichever file it is in. Words are as written. */
struct pam_line {
	char *file;
	unsigned number;
	char *text;	  /* what the words below point into */
	const char *type; /* without a leading '-' */
	bool is_silent;	  /* with one: PAM does not log that the module does not exist */
	const char *control;
	const char *module;    /* as written; NULL where a substack begins */
	const char *arguments; /* separated by blanks, maybe none */
	unsigned level;	       /* in how many substacks it is */
};

struct pam_stack {
	char *service;
	char *file;
	struct pam_line *lines;
	size_t n_lines;
	char *refused_file; /* of the first line that libpam cannot read; NULL for none */
	unsigned refused_line;
};

/* The path of SERVICE's file into PATH, by the name in lower case, which pam_start(3) makes of it.
 */
bool pamstack_find(const char *service, char path[PATH_MAX]);

/*
 * Reads the stack of FILE, whose last component is the service's name, with all that it includes.
 * Lines that libpam cannot read are errors in REPORT (NULL: for nobody), and left out. *STACK is
 * the caller's, for pamstack_clear(), whatever this returns: 0, or negative errno where FILE itself
 * cannot be read.
 */
int pamstack_load(const char *file, struct report *report, struct pam_stack *stack);

void pamstack_clear(struct pam_stack *stack);

bool pamstack_is_session(const struct pam_line *line);

/* The last component of LINE's module; "" for a substack. */
const char *pamstack_module(const struct pam_line *line);

/*
 * The next argument of a line, as libpam splits them: what is in brackets is one, without these.
 * *REST, a line's arguments at first, moves behind it. Returns false after the last.
 */
bool pamstack_next_argument(const char **rest, const char **word, size_t *length);

/* Whether ARGUMENT, such as "close", is one of LINE's. */
bool pamstack_has_argument(const struct pam_line *line, const char *argument);

/* What a control does with a return value. */
enum pam_action {
	PAM_ACTION_IGNORE,
	PAM_ACTION_OK,
	PAM_ACTION_DONE,
	PAM_ACTION_BAD,
	PAM_ACTION_DIE,
	PAM_ACTION_RESET,
	PAM_ACTION_JUMP
};

/*
 * What LINE does where its module returns RETURN_NAME, a word of pam.conf(5) such as "success" or
 * "session_err". In *JUMP how many modules PAM_ACTION_JUMP leaves out. A control that libpam cannot
 * read makes all of them PAM_ACTION_BAD.
 */
enum pam_action pamstack_action(const struct pam_line *line, const char *return_name,
				unsigned *jump);

/* Whether libpam can read CONTROL. */
bool pamstack_is_control(const char *control);

/* Whether the module of LINE is there for libpam to load; its path into PATH. */
bool pamstack_module_exists(const struct pam_line *line, char path[PATH_MAX]);

#endif
