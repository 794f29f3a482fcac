/* SPDX-License-Identifier: BSD-3-Clause */
/* Text that grows, fields of fstab(5), and names as text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "buffer.h"
#include "cleanup.h"
#include "names.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void test_grows(void **state)
{
	cleanup(buffer_clear) struct buffer text = {0};
	cleanup(cleanup_free) char *taken = NULL;

	(void)state;
	for (int i = 0; i < 5000; i++)
		buffer_add(&text, "ab");
	buffer_add_bytes(&text, "c\0d", 3);
	assert_false(text.failed);
	assert_int_equal(text.length, 10003);
	assert_int_equal(strlen(text.bytes), 10001);
	assert_memory_equal(text.bytes + 9998, "abc\0d", 6);
	taken = buffer_take(&text);
	assert_int_equal(strlen(taken), 10001);
	assert_null(text.bytes);
	assert_int_equal(text.length, 0);
}

static void test_takes_nothing_as_an_empty_text(void **state)
{
	struct buffer text = {0};
	cleanup(cleanup_free) char *taken = buffer_take(&text);

	(void)state;
	assert_string_equal(taken, "");
}

static void test_fails_for_good(void **state)
{
	struct buffer text = {.failed = true};

	(void)state;
	buffer_add(&text, "ab");
	assert_null(text.bytes);
	assert_null(buffer_take(&text));
	assert_false(text.failed);
}

static void test_reads_streams(void **state)
{
	cleanup(buffer_clear) struct buffer text = {0};
	cleanup(cleanup_file) FILE *stream = tmpfile(), *directory = fopen("/", "r");

	(void)state;
	assert_non_null(stream);
	for (int i = 0; i < 3000; i++)
		fputs("abc", stream);
	rewind(stream);
	assert_int_equal(buffer_read(&text, stream, 8999), -EFBIG);
	buffer_clear(&text);
	rewind(stream);
	assert_int_equal(buffer_read(&text, stream, 9000), 0);
	assert_int_equal(text.length, 9000);
	assert_non_null(directory);
	assert_int_equal(buffer_read(&text, directory, 9000), -EISDIR);
}

static void test_fields(void **state)
{
	static const struct {
		const char *word, *field;
	} cases[] = {
		{"plain", "plain"},
		{"a b\tc\n", "a\\040b\\011c\\012"},
		{"back\\slash#", "back\\134slash\\043"},
		{"\x01\x7f", "\\001\\177"},
		{"J\xc3\xb6rg", "J\xc3\xb6rg"},
		{"", ""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct buffer text = {0};
		cleanup(cleanup_free) char *field = NULL;

		buffer_add_field(&text, cases[i].word);
		field = buffer_take(&text);
		assert_string_equal(field, cases[i].field);
		buffer_unescape(field);
		assert_string_equal(field, cases[i].word);
	}
}

/* What is no \ooo of a byte stays. */
static void test_unescapes_bytes_alone(void **state)
{
	char field[] = "\\40 \\400 \\08a \\1 \\377\\";

	(void)state;
	buffer_unescape(field);
	assert_string_equal(field, "\\40 \\400 \\08a \\1 \377\\");
}

static void test_components(void **state)
{
	static const char *const bad[] = {"", ".", "..", "/", "a/", "/a", "a/b"};
	static const char *const good[] = {"a", "...", ".a", "a..", " "};

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_false(name_is_component(bad[i]));
	for (size_t i = 0; i < COUNT(good); i++)
		assert_true(name_is_component(good[i]));
}

static void test_dots(void **state)
{
	static const char *const dots[] = {".", "..", "/..", "a/.", "a/./b", "//../a", "a/.."};
	static const char *const plain[] = {"", "/", "a", "/a/b", "/a...b", "...", "/.a/..b"};

	(void)state;
	for (size_t i = 0; i < COUNT(dots); i++)
		assert_true(name_has_dots(dots[i]));
	for (size_t i = 0; i < COUNT(plain); i++)
		assert_false(name_has_dots(plain[i]));
}

static void test_below(void **state)
{
	(void)state;
	assert_string_equal(name_below("/a/b", "/a"), "b");
	assert_string_equal(name_below("/a/b/c", "/a"), "b/c");
	assert_string_equal(name_below("/a", "/a"), "");
	assert_string_equal(name_below("/a/b", "/"), "a/b");
	assert_null(name_below("/ab", "/a"));
	assert_null(name_below("/a", "/a/b"));
	assert_string_equal(name_last("/a/b"), "b");
	assert_string_equal(name_last("b"), "b");
	assert_string_equal(name_last("/"), "");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_grows),
		cmocka_unit_test(test_takes_nothing_as_an_empty_text),
		cmocka_unit_test(test_fails_for_good),
		cmocka_unit_test(test_reads_streams),
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_unescapes_bytes_alone),
		cmocka_unit_test(test_components),
		cmocka_unit_test(test_dots),
		cmocka_unit_test(test_below),
	};

	return cmocka_run_group_tests_name("buffer", tests, NULL, NULL);
}
