/* SPDX-License-Identifier: BSD-3-Clause */
/* Lines, and the bytes that none may hold. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "cleanup.h"
#include "lines.h"

static void test_reads_lines(void **state)
{
	static const char text[] = "first\n\n\tthird, J\xc3\xb6rg\nwithout a newline";
	static const char *const wanted[] = {"first", "", "\tthird, J\xc3\xb6rg",
					     "without a newline"};
	cleanup(lines_clear) struct lines lines = lines_of(text, strlen(text));
	struct error error = {0};
	char *line;

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		assert_int_equal(lines_next(&lines, &line, &error), 1);
		assert_string_equal(line, wanted[i]);
		assert_int_equal(lines.number, i + 1);
	}
	assert_int_equal(lines_next(&lines, &line, &error), 0);
	assert_null(line);
	assert_int_equal(lines_next(&lines, &line, &error), 0);
	assert_int_equal(error.number, 0);
}

static void test_reads_no_line(void **state)
{
	cleanup(lines_clear) struct lines lines = lines_of("", 0), none = lines_of(NULL, 0);
	struct error error = {0};
	char *line;

	(void)state;
	assert_int_equal(lines_next(&lines, &line, &error), 0);
	assert_int_equal(lines_next(&none, &line, &error), 0);
}

static void test_refuses_bytes(void **state)
{
	static const struct {
		const char *line;
		size_t length;
		const char *words;
	} cases[] = {
		{"a\0b", 3, "control character 0x00"},
		{"# \033[2J", 6,
		 "control character 0x1b: write plain text, with tabs and newlines"},
		{"a\177", 2, "control character 0x7f"},
		{"a\rb", 3, "control character 0x0d: "},
		{"a\r", 2,
		 "control character 0x0d (carriage return) at the end of the line: the file "
		 "has DOS line ends; write newlines alone, as sed -i 's/\\r$//' does"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[64] = "good\n";
		size_t length = 5 + cases[i].length;
		cleanup(lines_clear) struct lines lines = lines_of(text, length + 5);
		struct error error = {0};
		char *line;

		memcpy(text + 5, cases[i].line, cases[i].length);
		memcpy(text + length, "\nnext", 5);
		assert_int_equal(lines_next(&lines, &line, &error), 1);
		assert_int_equal(lines_next(&lines, &line, &error), -EINVAL);
		assert_null(line);
		assert_int_equal(lines.number, 2);
		if (!strstr(error.words, cases[i].words))
			fail_msg("wanted '%s', got '%s'", cases[i].words, error.words);
		/* Who needs every fault goes on; what stood before a carriage return is read. */
		assert_int_equal(lines_next(&lines, &line, &error), 1);
		if (lines.returns)
			assert_int_equal(lines_next(&lines, &line, &error), 1);
		assert_string_equal(line, "next");
	}
}

/* A line with one byte of any value, at any place, among bytes that are nearly control characters.
 */
static void test_knows_each_byte(void **state)
{
	static const char around[] = " ~\x80\xff \x80~\xff\t \xff~\x80 ~\t~~\xff\x80\x80";

	(void)state;
	for (unsigned value = 0; value < 256; value++)
		for (size_t at = 1; at < sizeof(around) - 1; at++) {
			char text[sizeof(around)];
			cleanup(lines_clear) struct lines lines =
				lines_of(text, sizeof(around) - 1);
			const bool control =
				(value < ' ' && value != '\t' && value != '\n') || value == 0x7f;
			struct error error = {0};
			char *line;

			memcpy(text, around, sizeof(around));
			text[at] = (char)value;
			assert_int_equal(lines_next(&lines, &line, &error), control ? -EINVAL : 1);
		}
}

/* A file with DOS line ends has one fault, and its lines can be read for others. */
static void test_tells_of_returns_once(void **state)
{
	static const char text[] = "first\r\nsecond\n\r\nlast\a\r\nend\r";
	static const char *const wanted[] = {"first", "second", ""};
	cleanup(lines_clear) struct lines lines = lines_of(text, strlen(text));
	struct error error = {0};
	char *line;

	(void)state;
	assert_int_equal(lines_next(&lines, &line, &error), -EINVAL);
	assert_null(line);
	assert_int_equal(lines.number, 1);
	assert_non_null(strstr(error.words, "(carriage return) at the end of the line, and of 3 "
					    "more: the file has DOS line ends; write newlines"));
	for (unsigned i = 0; i < 3; i++) {
		assert_int_equal(lines_next(&lines, &line, &error), 1);
		assert_string_equal(line, wanted[i]);
		assert_int_equal(lines.number, i + 1);
	}
	assert_int_equal(lines_next(&lines, &line, &error), -EINVAL);
	assert_non_null(strstr(error.words, "control character 0x07"));
	assert_int_equal(lines.number, 4);
	assert_int_equal(lines_next(&lines, &line, &error), 1);
	assert_string_equal(line, "end");
	assert_int_equal(lines.number, 5);
	assert_int_equal(lines_next(&lines, &line, &error), 0);
}

static void test_knows_false_blanks(void **state)
{
	(void)state;
	assert_null(lines_false_blank("J\xc3\xb6rg \t\xc2\xb0 \xe2\x80\xa6"));
	assert_string_equal(lines_false_blank("a\xc2\xa0"
					      "b"),
			    "a no-break space (U+00A0)");
	assert_string_equal(lines_false_blank("\xe2\x80\x8b"), "a zero width space (U+200B)");
}

static void test_refuses_byte_order_marks(void **state)
{
	static const struct {
		const char *text, *words;
	} cases[] = {
		{"\xef\xbb\xbfplain\n",
		 "the file begins with a UTF-8 byte order mark: save it as plain"},
		{"\xff\xfex\n", "the file begins with a UTF-16 byte order mark"},
		{"\xfe\xffx\n", "the file begins with a UTF-16 byte order mark"},
	};
	cleanup(lines_clear) struct lines later = lines_of("a\n\xef\xbb\xbf", 5);
	struct error error = {0};
	char *line;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		cleanup(lines_clear) struct lines lines =
			lines_of(cases[i].text, strlen(cases[i].text));

		assert_int_equal(lines_next(&lines, &line, &error), -EINVAL);
		assert_int_equal(lines.number, 1);
		assert_non_null(strstr(error.words, cases[i].words));
	}
	/* In other places it is a character like others. */
	assert_int_equal(lines_next(&later, &line, &error), 1);
	assert_int_equal(lines_next(&later, &line, &error), 1);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads_lines),
		cmocka_unit_test(test_reads_no_line),
		cmocka_unit_test(test_tells_of_returns_once),
		cmocka_unit_test(test_knows_false_blanks),
		cmocka_unit_test(test_refuses_bytes),
		cmocka_unit_test(test_knows_each_byte),
		cmocka_unit_test(test_refuses_byte_order_marks),
	};

	return cmocka_run_group_tests_name("lines", tests, NULL, NULL);
}
