/* SPDX-License-Identifier: BSD-3-Clause */
#include "error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void error_mask_controls(char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			*text = '?';
}

int error_set(struct error *error, int number, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(error->words, sizeof(error->words), format, arguments);
	va_end(arguments);
	error_mask_controls(error->words);
	error->number = number;
	return -number;
}

int error_mark(struct error *error, enum error_code code, int result)
{
	if (result < 0 && error->code == CODE_NONE)
		error->code = code;
	return result;
}

int error_no_memory(struct error *error)
{
	error->code = CODE_OUT_OF_MEMORY;
	return error_set(error, ENOMEM, "out of memory");
}

void error_place(struct error *error, const char *file, unsigned line)
{
	if (error->file[0])
		return;
	snprintf(error->file, sizeof(error->file), "%s", file);
	error->line = line;
}

const char *error_text(const struct error *error, char text[ERROR_TEXT_SIZE])
{
	if (error->file[0] && error->line)
		snprintf(text, ERROR_TEXT_SIZE, "%s:%u: %s", error->file, error->line,
			 error->words);
	else if (error->file[0])
		snprintf(text, ERROR_TEXT_SIZE, "%s: %s", error->file, error->words);
	else
		snprintf(text, ERROR_TEXT_SIZE, "%s", error->words);
	return text;
}

int error_continue(struct error *error, const struct faults *faults)
{
	if (!faults || error->number == ENOMEM)
		return -error->number;
	faults->tell(faults->data, error);
	*error = (struct error){0};
	return 0;
}
