/* SPDX-License-Identifier: BSD-3-Clause */
/* Findings: printed with their place, once, and those of several users as one; and text for a
 * terminal. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "nearest.h"
#include "printable.h"
#include "report.h"

static char *print(struct report *report, bool json)
{
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);

	if (json)
		report_print_json(report, stream);
	else
		report_print(report, SEVERITY_ALL, stream, false);
	fclose(stream);
	report_free(report);
	return text;
}

static void expect_printed(struct report *report, const char *wanted)
{
	char *text = print(report, false);

	assert_string_equal(text, wanted);
	free(text);
}

static void findings_are_in_the_order_of_their_lines(void **state)
{
	struct report *report = report_new();

	(void)state;
	report_say(report, SEVERITY_WARNING, CODE_RULE_WHO, "b", 7, "one");
	report_say(report, SEVERITY_ERROR, CODE_ROW_TYPE, "a", 2, "two");
	report_say(report, SEVERITY_ERROR, CODE_ROW_OPTION, "b", 3, "three");
	report_say(report, SEVERITY_ERROR, CODE_ROW_OPTION, "b", 3, "three");
	report_say(report, SEVERITY_NOTE, CODE_NOT_CHECKED, "", 0, "four");
	assert_int_equal(report_count(report, SEVERITY_ERROR), 2);
	expect_printed(
		report,
		"b:3: error: three [row-option]\nb:7: warning: one [rule-who]\na:2: error: two "
		"[row-type]\nnote: four [not-checked]\n");
}

/* A fault of USER, whose home directory is below /home, said of one line. */
static void say_of(struct report *report, const char *user, uid_t uid, const char *home)
{
	const struct subject subject = {
		.user = (char *)(uintptr_t)user, .uid = uid, .home = (char *)(uintptr_t)home};

	report_set_user(report, &subject);
	report_say(report, SEVERITY_ERROR, CODE_ROW_SOURCE, "t", 1,
		   "the source '%s/x' of %s (%u) does not exist", home, user, (unsigned)uid);
	report_say(report, SEVERITY_WARNING, CODE_ROW_SOURCE, "t", 2, "the same for everyone");
	report_set_user(report, NULL);
}

static void the_same_fault_of_several_users_is_one(void **state)
{
	struct report *report = report_new();
	char *json;

	(void)state;
	say_of(report, "ann", 2001, "/home/ann");
	expect_printed(report, "t:1: error: the source '/home/ann/x' of ann (2001) does not exist "
			       "[row-source]\nt:2: warning: the same for everyone [row-source]\n");
	report = report_new();
	say_of(report, "ann", 2001, "/home/ann");
	say_of(report, "bea", 2002, "/home/bea");
	say_of(report, "bea", 2002, "/home/bea");
	expect_printed(
		report,
		"t:1: error: the source '/home/ann/x' of ann (2001) does not exist (2 users: "
		"ann, bea) [row-source]\nt:2: warning: the same for everyone [row-source]\n");
	report = report_new();
	say_of(report, "ann", 2001, "/home/ann");
	say_of(report, "bea", 2002, "/home/bea");
	say_of(report, "cyd", 2003, "/home/cyd");
	say_of(report, "dot", 2004, "/home/dot");
	say_of(report, "eve", 2005, "/home/eve");
	json = print(report, true);
	assert_non_null(strstr(json, "does not exist (5 users: ann, bea, cyd, ...)"));
	assert_non_null(strstr(json, "\"users\": 5"));
	assert_non_null(strstr(json, "\"users\": 0"));
	free(json);
}

/* The lower layers know more than who reports their errors. */
static void an_error_keeps_the_code_that_was_set_first(void **state)
{
	struct report *report = report_new();
	struct error error = {0};

	(void)state;
	assert_int_equal(error_mark(&error, CODE_SPECIFIER, error_set(&error, EINVAL, "marked")),
			 -EINVAL);
	error_mark(&error, CODE_ROW_SOURCE, -EINVAL);
	report_add(report, SEVERITY_ERROR, CODE_TREE_UNUSABLE, &error);
	error = (struct error){0};
	error_mark(&error, CODE_SPECIFIER, 0);
	error_set(&error, EINVAL, "bare");
	report_add(report, SEVERITY_ERROR, CODE_TREE_UNUSABLE, &error);
	expect_printed(report, "error: marked [specifier]\nerror: bare [tree-unusable]\n");
}

/* A name within another word is none. */
static void another_fault_is_not_joined(void **state)
{
	struct report *report = report_new();
	const struct subject an = {.user = (char *)"an", .uid = 7, .home = (char *)"/"};

	(void)state;
	report_set_user(report, &an);
	report_say(report, SEVERITY_ERROR, CODE_ROW_SOURCE, "t", 1, "another 77 is");
	report_set_user(report, NULL);
	report_say(report, SEVERITY_ERROR, CODE_ROW_SOURCE, "t", 1, "another 77 is");
	report_say(report, SEVERITY_ERROR, CODE_ROW_SOURCE, "t", 1, "another 77 is not");
	expect_printed(report,
		       "t:1: error: another 77 is [row-source]\nt:1: error: another 77 is not "
		       "[row-source]\n");
}

static void the_word_at_fault_has_a_caret(void **state)
{
	char name[] = "/tmp/nstree-report-XXXXXX", wanted[256];
	struct report *report = report_new();
	int fd = mkstemp(name);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(write(fd, "first\n\tone two\n", 15), 15);
	close(fd);
	report_say(report, SEVERITY_ERROR, CODE_ROW_SOURCE, name, 2, "'two' is wrong");
	snprintf(wanted, sizeof(wanted),
		 "%s:2: error: 'two' is wrong [row-source]\n    \tone two\n    \t    ^~~\n", name);
	expect_printed(report, wanted);
	unlink(name);
}

static void the_caret_is_under_the_right_field(void **state)
{
	static const struct {
		const char *message, *caret;
	} cases[] = {
		{"the target '/opt' is not there", "     ^~~~"},
		{"the source '/opt' is not there", "^~~~"},
		{"net=no: there is none", "                ^~"},
	};
	char name[] = "/tmp/nstree-report-XXXXXX", wanted[256];
	int fd = mkstemp(name);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(write(fd, "/opt /opt x net=no\n", 19), 19);
	close(fd);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct report *report = report_new();

		report_say(report, SEVERITY_ERROR, CODE_ROW_SOURCE, name, 1, "%s",
			   cases[i].message);
		snprintf(wanted, sizeof(wanted),
			 "%s:1: error: %s [row-source]\n    /opt /opt x net=no\n    %s\n", name,
			 cases[i].message, cases[i].caret);
		expect_printed(report, wanted);
	}
	unlink(name);
}

static void a_long_line_is_shown_in_part(void **state)
{
	char name[] = "/tmp/nstree-report-XXXXXX", line[401], wanted[1024];
	struct report *report = report_new();
	int fd = mkstemp(name);

	(void)state;
	memset(line, 'x', sizeof(line) - 1);
	line[400] = '\0';
	memcpy(line + 200, " two ", 5);
	memcpy(line + 140, "\u00e9", 2); /* the first byte shown would be the second of these */
	assert_int_equal(write(fd, line, 400), 400);
	close(fd);
	report_say(report, SEVERITY_ERROR, CODE_ROW_SOURCE, name, 1, "'two' is wrong");
	snprintf(wanted, sizeof(wanted),
		 "%s:1: error: 'two' is wrong [row-source]\n    ...%.160s...\n%*s^~~\n", name,
		 line + 142, 4 + 3 + 201 - 142, "");
	expect_printed(report, wanted);
	unlink(name);
}

static void expect_printable(const char *text, const char *wanted)
{
	char *printed = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&printed, &size);

	printable_text(stream, text);
	fclose(stream);
	assert_string_equal(printed, wanted);
	free(printed);
}

static void no_control_character_is_printed(void **state)
{
	(void)state;
	expect_printable("plain", "plain");
	expect_printable("a\033[31m\a\177", "a\\033[31m\\007\\177");
	/* C1 as UTF-8 has it, which some terminals obey; the letters beside it are letters. */
	expect_printable("\xc2\x9b\xc2\xb0\xc3\xa9", "\\302\\233\xc2\xb0\xc3\xa9");
	expect_printable("two\nlines", "two\\012lines");
}

static void columns_are_padded(void **state)
{
	char *printed = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&printed, &size);

	(void)state;
	printable_padded(stream, "ab", 4);
	printable_padded(stream, "abcde", 4);
	fclose(stream);
	assert_string_equal(printed, "ab  abcde");
	free(printed);
}

static void json_strings_are_valid(void **state)
{
	json_t *json = printable_json("caf\xc3\xa9"), *odd = printable_json("caf\xe9\001");

	(void)state;
	assert_string_equal(json_string_value(json), "caf\xc3\xa9");
	assert_string_equal(json_string_value(odd), "caf\\351\\001");
	json_decref(json);
	json_decref(odd);
}

/* Of KNOWN, words parted by blanks, the one that WRONG was meant to be; "" for none. */
static void expect_nearest(const char *wrong, const char *known, const char *wanted)
{
	char text[NEAREST_TEXT_SIZE], *words = strdup(known), *rest = words, *word,
				      expected[300] = "";
	struct nearest nearest;

	nearest_begin(&nearest, wrong);
	while ((word = strsep(&rest, " ")))
		nearest_consider(&nearest, word);
	if (*wanted)
		snprintf(expected, sizeof(expected), "; did you mean '%s'?", wanted);
	assert_string_equal(nearest_text(&nearest, text), expected);
	free(words);
}

static void the_nearest_name_is_found(void **state)
{
	char longest[300];

	(void)state;
	expect_nearest("shhd", "login sshd su", "sshd");
	expect_nearest("alic", "bob alice carol", "alice");
	expect_nearest("Alice", "bob alice", "alice");
	expect_nearest("requird", "required requisite", "required");
	expect_nearest("ab", "ba", "ba"); /* neighbours that changed places are one mistake */
	expect_nearest("su", "login sshd", "");
	expect_nearest("nobody-there", "nobody alice", "");
	expect_nearest("x", "y", "");
	expect_nearest("sshd", "sshd", "");
	memset(longest, 'a', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	expect_nearest(longest, "aaaa", "");
	expect_nearest("aaaa", longest, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(findings_are_in_the_order_of_their_lines),
		cmocka_unit_test(the_same_fault_of_several_users_is_one),
		cmocka_unit_test(an_error_keeps_the_code_that_was_set_first),
		cmocka_unit_test(another_fault_is_not_joined),
		cmocka_unit_test(the_word_at_fault_has_a_caret),
		cmocka_unit_test(the_caret_is_under_the_right_field),
		cmocka_unit_test(a_long_line_is_shown_in_part),
		cmocka_unit_test(no_control_character_is_printed),
		cmocka_unit_test(columns_are_padded),
		cmocka_unit_test(json_strings_are_valid),
		cmocka_unit_test(the_nearest_name_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
