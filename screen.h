/* SPDX-License-Identifier: BSD-3-Clause */
/* Text for a person's terminal: nothing that came from a file or a name may steer it. */
#ifndef NSTREE_SCREEN_H
#define NSTREE_SCREEN_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

#include "error.h"

enum screen_color {
	SCREEN_PLAIN = 0,
	SCREEN_BOLD = 1,
	SCREEN_RED = 31,
	SCREEN_GREEN = 32,
	SCREEN_YELLOW = 33,
};

/* Prints TEXT with each control character as \ooo, as findmnt(8) and fstab(5) write them. */
void screen_text(FILE *stream, const char *text);

/* Changes the colour of what follows, if COLOR. */
void screen_color(FILE *stream, bool color, enum screen_color which);

/* Whether to use colour: STREAM is a terminal and NO_COLOR (no-color.org) is unset or empty. */
bool screen_has_color(FILE *stream);

/* TEXT as a JSON string; bytes that are no UTF-8 as \ooo. The caller's to json_decref(). */
json_t *screen_json(const char *text);

/*
 * Prints JSON, which may be NULL for want of memory, to STREAM and frees it. Returns 0 or negative
 * errno.
 */
int screen_print_json(json_t *json, FILE *stream, struct error *error);

#endif
