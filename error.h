/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What went wrong, in words, and where: the one way in which every room but pam_nstree.c reports.
 * The log and the command print the same text, so an administrator meets each fault once.
 */
#ifndef NSTREE_ERROR_H
#define NSTREE_ERROR_H

struct error {
	int number;	/* a positive errno, 0 while there is no error */
	char file[256]; /* the policy or tree file at fault, "" where it is none */
	unsigned line;	/* the line in it, counted from 1; 0 where it is no single line */
	char words[1024];
};

/*
 * Says what is wrong and what to write instead, in printf(3)'s format; a word in it that came from
 * a file is printed as it is, and control characters are turned to '?' so that a log stays a log.
 * The place is left as it is. Returns -NUMBER, so that a caller can `return error_say(…)`.
 */
int error_say(struct error *error, int number, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Says where: FILE and LINE (0 for none). A place that is set already is the nearer one and stays.
 */
void error_place(struct error *error, const char *file, unsigned line);

/* As long as error_text() may be: file, line and words. */
#define ERROR_TEXT_SIZE                                                                            \
	(sizeof(((struct error *)0)->file) + sizeof(((struct error *)0)->words) + 16)

/* "FILE:LINE: words" (what is not known is left out) into TEXT, which it returns. */
const char *error_text(const struct error *error, char text[ERROR_TEXT_SIZE]);

/* Who is told of every fault of a file, where reading goes on after each; DATA is the teller's. */
struct faults {
	void (*tell)(void *data, const struct error *error);
	void *data;
};

/*
 * After a fault in a line: tells FAULTS of ERROR, empties it and returns 0, so that reading goes
 * on. Where FAULTS is NULL the first fault is the last: returns -ERROR->number. Memory that ran out
 * is no fault of the line's, and ends the reading too.
 */
int error_go_on(struct error *error, const struct faults *faults);

#endif
