/* SPDX-License-Identifier: BSD-3-Clause */
/* What nstree check found: errors and warnings, each with its place, for a reader or as JSON. */
#ifndef NSTREE_REPORT_H
#define NSTREE_REPORT_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

#include "error.h"

enum severity {
	SEVERITY_ERROR,	  /* a session would be refused */
	SEVERITY_WARNING, /* it would not, but somebody may not have meant it */
	SEVERITY_NOTE,	  /* what could not be looked at, for want of privilege */
};

struct report;

/* Returns an empty report, for report_free(), or NULL for want of memory. */
struct report *report_new(void);

/* Adds what ERROR says, once: the same fault is found again for each user whose tree has it. */
void report_add(struct report *report, enum severity severity, const struct error *error);

/* The same, said here (error_say()) of LINE of FILE; 0 for no single line. */
void report_say(struct report *report, enum severity severity, const char *file, unsigned line,
		const char *format, ...) __attribute__((format(printf, 5, 6)));

unsigned report_count(const struct report *report, enum severity severity);

#define SEVERITY_ALL (~0U)

/*
 * Prints each finding of SEVERITIES, a bit `1 << severity` each, as "FILE:LINE: error: words", then
 * the line itself with a caret under the word that the message quotes, if it quotes one. COLOR is
 * whether to use colour.
 */
void report_print(const struct report *report, unsigned severities, FILE *stream, bool color);

/* Prints how many there are of each kind, in one line. */
void report_print_counts(const struct report *report, FILE *stream);

/*
 * Prints it as one JSON object: "errors", "warnings" and "notes" are counts, "findings" is an array
 * of objects with "severity" ("error", "warning" or "note"), "file", "line", "column" (numbers from
 * 1, null where it is none) and "message". Returns 0 or -EIO.
 */
int report_print_json(const struct report *report, FILE *stream);

/* The messages of SEVERITY as a JSON array of "FILE:LINE: words", the caller's to json_decref(). */
json_t *report_messages(const struct report *report, enum severity severity);

void report_free(struct report *report);

#endif
