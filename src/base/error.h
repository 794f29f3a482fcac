/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Errors: a number, a message, its code, and the file and line that it is about. All functions but
 * those of pam_nstree.c report with it, and the log and the command print the same text.
 */
#ifndef NSTREE_ERROR_H
#define NSTREE_ERROR_H

#include "errorcode.h"

struct error {
	int number;	      /* a positive errno, 0 while there is no error */
	char file[256];	      /* the policy or tree file that it is about, "" for none */
	unsigned line;	      /* the line in it, counted from 1; 0 for none */
	enum error_code code; /* CODE_NONE where none was set */
	char words[1024];
};

/*
 * Sets the message, in printf(3)'s format: what is wrong and what to write instead. Control
 * characters, which may come from a file that is quoted, become '?'. The place is left as it is.
 * Returns -NUMBER, so that a caller can `return error_set(...)`.
 */
int error_set(struct error *error, int number, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Replaces control characters in TEXT by '?': a newline would begin another line of a log. */
void error_mask_controls(char *text);

/*
 * Sets the code where RESULT is negative, unless one is set: the first to set it knows most.
 * Returns RESULT, so that a caller can `return error_mark(error, CODE_..., error_set(...))`.
 */
int error_mark(struct error *error, enum error_code code, int result);

/* Sets the message for memory that ran out; returns -ENOMEM. */
int error_no_memory(struct error *error);

/* Sets the place, FILE and LINE (0 for none), unless one is set: the first to set it is the most
 * exact. */
void error_place(struct error *error, const char *file, unsigned line);

/* As long as error_text() may be: file, line and words. */
#define ERROR_TEXT_SIZE                                                                            \
	(sizeof(((struct error *)0)->file) + sizeof(((struct error *)0)->words) + 16)

/* "FILE:LINE: words" (what is not known is left out) into TEXT, which it returns. */
const char *error_text(const struct error *error, char text[ERROR_TEXT_SIZE]);

/* Receives each error in a file whose reader goes on after errors; DATA is passed to `tell`. */
struct faults {
	void (*tell)(void *data, const struct error *error);
	void *data;
};

/*
 * After an error in a line: passes ERROR to FAULTS, clears it and returns 0, so that the reader
 * goes on. Returns -ERROR->number where FAULTS is NULL, or where memory ran out: then the reader
 * ends.
 */
int error_continue(struct error *error, const struct faults *faults);

#endif
