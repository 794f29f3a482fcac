/* SPDX-License-Identifier: BSD-3-Clause */
/* The services that open sessions, and which of them do so with pam_nstree. */
#ifndef NSTREE_PAMSERVICES_H
#define NSTREE_PAMSERVICES_H

#include <stdbool.h>
#include <stddef.h>

#include "arguments.h"
#include "pamstack.h"
#include "report.h"

#define PAMSERVICES_MODULE "pam_nstree.so"

struct pamservice {
	char *service;
	char *stack; /* its file */
	char *file;  /* where its line is; NULL where its sessions do not have the module */
	unsigned line;
	char *wrong_file; /* where FILE is NULL: of a wrong line that may be meant for the module;
			     NULL for none */
	unsigned wrong_line;
	bool user_variables; /* a line above it is pam_env's with user_readenv=1 */
	char *conf;	     /* the policy that the line names; NULL for the installed one */
	char *tree;	     /* tree= of the line; NULL where the rules decide */
	bool everyone;	     /* tree= is for administrators as well */
	char *fault; /* what is wrong with the line's arguments, so that each session but root's
			is refused; NULL for nothing */
};

struct pamservices {
	struct pamservice *items;
	size_t n_items;
};

/* Whether LINE is one of the module's that opens sessions: not `pam_nstree.so close`. */
bool pamservices_opens(const struct pam_line *line);

/* Whether LINE is one of the module's. */
bool pamservices_is_module(const struct pam_line *line);

/*
 * Calls VISIT with the stack of every service of /etc/pam.d and /usr/lib/pam.d; not of files that
 * others include alone, by their names, nor of what dpkg, rpm and editors leave. REPORT as in
 * pamstack_load().
 */
void pamservices_each(struct report *report,
		      void (*visit)(const struct pam_stack *stack, void *data), void *data);

/*
 * Reads the arguments of LINE, one of the module's. They point into *TEXT, which is the caller's to
 * free, whatever this returns: as arguments_read().
 */
int pamservices_read_arguments(const struct pam_line *line, char **text,
			       struct arguments *arguments, struct error *error);

/* Adds the service of STACK to SERVICES, if it opens sessions. Returns 0 or -ENOMEM. */
int pamservices_add(struct pamservices *services, const struct pam_stack *stack);

/* Finds every service that opens sessions. *SERVICES is for pamservices_clear(). */
void pamservices_load(struct pamservices *services);

/* SERVICE by its name, whichever case; NULL where it opens no sessions. */
const struct pamservice *pamservices_find(const struct pamservices *services, const char *service);

void pamservices_clear(struct pamservices *services);

#endif
