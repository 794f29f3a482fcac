/* SPDX-License-Identifier: BSD-3-Clause */
/* The codes of messages: each has a name of its own, and all that nstree help says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "codes.h"
#include "printable.h"

static void each_code_has_an_entry(void **state)
{
	(void)state;
	for (enum error_code code = CODE_NONE + 1; code < CODES; code++) {
		const struct code *entry = codes_get(code);

		assert_non_null(entry);
		if (!entry->name || !entry->meaning || !entry->login || !entry->remedy ||
		    !entry->example)
			fail_msg("code %d, %s, lacks a part", (int)code,
				 entry->name ? entry->name : "without a name");
		assert_string_equal(codes_name(code), entry->name);
		assert_ptr_equal(codes_find(entry->name), entry);
	}
	assert_null(codes_get(CODE_NONE));
	assert_null(codes_get(CODES));
	assert_null(codes_find(""));
	assert_string_equal(codes_name(CODES), "");
}

/* As the manual and the completions have them. */
static void names_are_lower_case_words(void **state)
{
	(void)state;
	for (enum error_code code = CODE_NONE + 1; code < CODES; code++) {
		const char *name = codes_name(code);

		assert_int_equal(strspn(name, "abcdefghijklmnopqrstuvwxyz-"), strlen(name));
		assert_string_not_equal(name, "codes");
	}
}

static void each_part_is_a_sentence(void **state)
{
	(void)state;
	for (enum error_code code = CODE_NONE + 1; code < CODES; code++) {
		const struct code *entry = codes_get(code);
		const char *const parts[] = {entry->meaning, entry->login, entry->remedy};

		for (size_t i = 0; i < 3; i++)
			if (parts[i][strlen(parts[i]) - 1] != '.')
				fail_msg("%s: %s", entry->name, parts[i]);
	}
}

static void expect_wrapped(const char *text, unsigned column, unsigned width, const char *wanted)
{
	char *printed = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&printed, &size);

	printable_wrapped(stream, text, column, 2, width);
	fclose(stream);
	assert_string_equal(printed, wanted);
	free(printed);
}

static void text_is_broken_at_blanks(void **state)
{
	(void)state;
	expect_wrapped("one two three", 0, 80, "one two three\n");
	expect_wrapped("one two three", 0, 7, "one two\n  three\n");
	expect_wrapped("one two three", 1, 7, "one\n  two\n  three\n");
	expect_wrapped("a-word-that-does-not-fit b", 0, 7, "a-word-that-does-not-fit\n  b\n");
	expect_wrapped("", 0, 7, "\n");
}

static void columns_says_the_width(void **state)
{
	FILE *stream = fopen("/dev/null", "w");

	(void)state;
	setenv("COLUMNS", "61", 1);
	assert_int_equal(printable_width(stream), 61);
	setenv("COLUMNS", "-1", 1);
	assert_int_equal(printable_width(stream), 0);
	unsetenv("COLUMNS");
	assert_int_equal(printable_width(stream), 0);
	fclose(stream);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_code_has_an_entry),
		cmocka_unit_test(names_are_lower_case_words),
		cmocka_unit_test(each_part_is_a_sentence),
		cmocka_unit_test(text_is_broken_at_blanks),
		cmocka_unit_test(columns_says_the_width),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
