/* SPDX-License-Identifier: BSD-3-Clause */
/* A growing buffer of text. Lines are built field by field at every login, without stdio. */
#ifndef NSTREE_BUFFER_H
#define NSTREE_BUFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct buffer {
	char *bytes; /* NUL-terminated; NULL while nothing was added */
	size_t length, size;
	bool failed; /* memory ran out; what was added since is missing */
};

/* Appends WORD unchanged. */
void buffer_add(struct buffer *text, const char *word);

/* Appends the LENGTH bytes at BYTES, which may hold a NUL. */
void buffer_add_bytes(struct buffer *text, const char *bytes, size_t length);

/*
 * Appends all that STREAM still holds, up to LIMIT bytes. Returns 0, -EFBIG where there is more,
 * -ENOMEM, or the negative errno of read(2).
 */
int buffer_read(struct buffer *text, FILE *stream, size_t limit);

/*
 * Appends WORD as a field of fstab(5): blanks, control characters, '\' and '#' as \ooo. An empty
 * word appends nothing.
 */
void buffer_add_field(struct buffer *text, const char *word);

/*
 * Takes the text out of the buffer, which is empty afterwards: "" where nothing was added, for
 * free(3); NULL where memory ran out.
 */
char *buffer_take(struct buffer *text);

/* Frees the text; for cleanup(). */
void buffer_clear(struct buffer *text);

/* Replaces each \ooo in FIELD, in place, by the byte it stands for, as fstab(5) readers do. */
void buffer_unescape(char *field);

#endif
