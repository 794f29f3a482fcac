/* SPDX-License-Identifier: BSD-3-Clause */
/* What nstree check found: errors and warnings, each with its place, for a reader or as JSON. */
#ifndef NSTREE_REPORT_H
#define NSTREE_REPORT_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

#include "error.h"
#include "rootdir.h"
#include "subject.h"

enum severity {
	SEVERITY_ERROR,	  /* a session would be refused */
	SEVERITY_WARNING, /* it would not, but may be unintended */
	SEVERITY_NOTE,	  /* for information: what a tree is not for, or what was not checked */
};

struct report;

/* Returns an empty report, for report_free(), or NULL if memory ran out. */
struct report *report_new(void);

/*
 * Sets the user whose tree is being checked, or NULL for none. USER must stay valid until the next
 * call. The same fault of several users is one finding, with their number and some names.
 */
void report_set_user(struct report *report, const struct subject *user);

/*
 * Sets the directory that files are in: lines at fault are read as rootdir_open() finds them in it.
 * ROOT is copied; NULL for none.
 */
void report_set_root(struct report *report, const struct rootdir *root);

/* Adds ERROR, unless there is the same finding for the same line, for this user or another. CODE is
 * its code where it has none. */
void report_add(struct report *report, enum severity severity, enum error_code code,
		const struct error *error);

/* The same with a message in printf(3)'s format for LINE of FILE; 0 for no single line. */
void report_say(struct report *report, enum severity severity, enum error_code code,
		const char *file, unsigned line, const char *format, ...)
	__attribute__((format(printf, 6, 7)));

unsigned report_count(const struct report *report, enum severity severity);

/* Whether there is an error whose place is FILE. */
bool report_has_error(const struct report *report, const char *file);

#define SEVERITY_ALL (~0U)

/*
 * Prints each finding of SEVERITIES, a bit `1 << severity` each, as "FILE:LINE: error: words
 * [code]", then the line itself with a caret under the word that the message quotes, if it quotes
 * one. COLOR is whether to use colour.
 */
void report_print(const struct report *report, unsigned severities, FILE *stream, bool color);

/* Prints how many there are of each kind, in one line. */
void report_print_counts(const struct report *report, FILE *stream);

/*
 * Prints it as one JSON object: "errors", "warnings" and "notes" are counts, "findings" is an array
 * of objects with "severity" ("error", "warning" or "note"), "file", "line", "column" (numbers from
 * 1, null where it is none), "message", "code", "remedy" (the part of it that says what to do) and
 * "users" (how many have it; 0 where it is not a matter of the user). Returns 0 or -EIO.
 */
int report_print_json(const struct report *report, FILE *stream);

/* The array of "findings" alone; the caller's to json_decref(). */
json_t *report_findings_json(const struct report *report);

/* The messages of SEVERITY as a JSON array of "FILE:LINE: words", the caller's to json_decref(). */
json_t *report_messages(const struct report *report, enum severity severity);

void report_free(struct report *report);

#endif
