/* SPDX-License-Identifier: BSD-3-Clause */
/* The module's arguments in a PAM stack. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "arguments.h"
#include "policy.h"

static void test_none(void **state)
{
	struct arguments arguments;
	struct error error = {0};

	(void)state;
	assert_int_equal(arguments_read(0, NULL, &arguments, &error), 0);
	assert_string_equal(arguments.conf, POLICY_FILE);
	assert_null(arguments.tree);
	assert_false(arguments.everyone);
}

static void test_tree(void **state)
{
	static const char *const some[] = {"tree=mine"}, *const all[] = {"tree=mine", "everyone"};
	struct arguments arguments;
	struct error error = {0};

	(void)state;
	assert_int_equal(arguments_read(1, some, &arguments, &error), 0);
	assert_string_equal(arguments.tree, "mine");
	assert_false(arguments.everyone);
	assert_int_equal(arguments_read(2, all, &arguments, &error), 0);
	assert_true(arguments.everyone);
}

static void test_open_and_close(void **state)
{
	static const char *const words[] = {"open", "close"};
	struct arguments arguments;
	struct error error = {0};

	(void)state;
	assert_int_equal(arguments_read(1, words, &arguments, &error), 0);
	assert_true(arguments.open && !arguments.close);
	assert_int_equal(arguments_read(1, words + 1, &arguments, &error), 0);
	assert_true(arguments.close && !arguments.open);
}

static void test_wrong(void **state)
{
	static const struct {
		const char *words[2];
		const char *said;
	} cases[] = {
		{{"everyone", "debug"}, "'everyone' goes with tree=NAME"},
		{{"open", "close"}, "a line with both 'open' and 'close'"},
		{{"debug", "everybody"}, "unknown module argument 'everybody'"},
		{{"debug", "tree="}, "unknown module argument 'tree='"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct arguments arguments;
		struct error error = {0};

		assert_int_equal(arguments_read(2, cases[i].words, &arguments, &error), -EINVAL);
		assert_non_null(strstr(error.words, cases[i].said));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_none),
		cmocka_unit_test(test_tree),
		cmocka_unit_test(test_open_and_close),
		cmocka_unit_test(test_wrong),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
