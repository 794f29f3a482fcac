/* SPDX-License-Identifier: BSD-3-Clause */
#include "help.h"

#include <stdio.h>
#include <string.h>

#include "codes.h"
#include "printable.h"

#define INDENT 4
#define WIDTH_ELSE 80 /* where the output is no terminal */
#define WIDTH_MAX 100 /* longer lines are hard to read */

static unsigned text_width(void)
{
	unsigned width = printable_width(stdout);

	if (!width)
		return WIDTH_ELSE;
	return width < WIDTH_MAX ? width : WIDTH_MAX;
}

static void print_heading(const char *heading, bool color)
{
	printable_color(stdout, color, PRINTABLE_BOLD);
	fputs(heading, stdout);
	printable_color(stdout, color, PRINTABLE_PLAIN);
	putchar('\n');
}

static void print_part(const char *heading, const char *text, bool color)
{
	putchar('\n');
	print_heading(heading, color);
	printf("%*s", INDENT, "");
	printable_wrapped(stdout, text, INDENT, INDENT, text_width());
}

/* Its lines are to be copied, and are not broken. */
static void print_example(const char *example, bool color)
{
	putchar('\n');
	print_heading("Example", color);
	while (*example) {
		size_t length = strcspn(example, "\n");

		printf("%*s%.*s\n", INDENT, "", (int)length, example);
		example += length + (example[length] == '\n');
	}
}

bool help_print_code(const char *name, bool color)
{
	const struct code *code = codes_find(name);

	if (!code)
		return false;
	print_heading(code->name, color);
	printf("%*s", INDENT, "");
	printable_wrapped(stdout, code->meaning, INDENT, INDENT, text_width());
	print_part("At the login", code->login, color);
	print_part("What to do", code->remedy, color);
	print_example(code->example, color);
	return true;
}

void help_print_codes(bool color)
{
	for (enum error_code code = CODE_NONE + 1; code < CODES; code++) {
		print_heading(codes_name(code), color);
		printf("%*s", INDENT, "");
		printable_wrapped(stdout, codes_get(code)->meaning, INDENT, INDENT, text_width());
	}
}
